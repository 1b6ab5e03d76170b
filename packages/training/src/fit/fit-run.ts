import type * as tfl from "@tensorflow/tfjs-layers";
import { batchesOf } from "../arguments/source";
import type { AnyBatch, Source } from "../examples/examples";
import type { UpdateNumbers } from "../executors/executor";
import { grouped } from "../executors/grouped";
import { warnIfSlower } from "../executors/warning";
import type { CheckpointOptions } from "../loop/options";
import { startPace } from "../loop/pace";
import { prepare } from "../loop/plan";
import { beginning, type Progress } from "../loop/progress";
import { begin, open, type Run, store } from "../loop/run";
import { drawNoise } from "../step/draw-noise";
import { type LayerState, layerStates } from "../step/layer-states";
import { assign, initialArrays } from "../step/state";
import { buffersOf, splitBuffers, trainableVariables } from "../step/variables";
import { type FitCallbacks, fitCallbacks } from "./callbacks";
import { type Compiled, innerModel, openModel } from "./compiled-model";
import type { CommonFitArgs } from "./fit-args";
import { afterFitEpoch, type Logs, recall } from "./fit-progress";
import { layersTask } from "./layers-task";
import { meansOf } from "./means";
import { readMemory, stepsOf, writeMemory } from "./rules/memory";
import type { OpenOptimizer, Rule } from "./rules/rule";
import { ruleOf } from "./rules/rules";

/** Fit with everything open that it needs. */
interface FitRun extends Run, FitCallbacks {
  readonly compiled: Compiled;
  readonly rule: Rule;
  readonly optimizer: OpenOptimizer;
  readonly seed: number;
  readonly signal?: AbortSignal;
  readonly verbose: number;
  /** Whether progress is stored after every epoch. */
  readonly stored: boolean;
}

/** Arguments of a fit, also those that only some have. */
type RunArgs = CommonFitArgs & { readonly checkpoint?: CheckpointOptions };

/** Data of a fit. */
export interface FitInput {
  readonly training: Source;
  readonly validation?: Source;
  /** Counts of examples and batches, for callbacks. */
  readonly params: {
    readonly samples: number | null;
    readonly steps: number | null;
    readonly batchSize: number | null;
  };
}

/**
 * Trains a compiled model as tf.layers does, epoch by epoch.
 * @param who the caller's name, for messages
 */
export async function runFit(
  who: string,
  model: tfl.LayersModel,
  compiled: Compiled,
  { training, validation, params }: FitInput,
  args: RunArgs,
): Promise<tfl.History> {
  const { epochs = 1, initialEpoch = 0, verbose = 0, seed = 0, execution = "auto", compile = {}, signal } = args;
  const { checkpoint } = args;
  const optimizer = compiled.optimizer as unknown as OpenOptimizer;
  const rule = ruleOf(who, compiled.optimizer);
  const metrics = validation ? [...compiled.names, ...compiled.names.map((name) => `val_${name}`)] : compiled.names;
  const about = { epochs, initialEpoch, ...params, verbose, doValidation: validation !== undefined, metrics };
  const callbacks = fitCallbacks(who, innerModel(model), args, about);
  const plan = prepare(model, training, {
    ...{ task: layersTask(compiled), optimizer: rule.optimizer, seed, execution },
    epochs: Math.max(1, epochs - initialEpoch),
    schedule: () => optimizer.learningRate,
    compile: callbacks.everyBatch ? { ...compile, stepsPerCall: 1 } : compile,
    ...(validation && { evaluation: { source: validation } }),
    ...(checkpoint && { checkpoint }),
  });
  const opened = await open(plan);
  const { executor } = opened;
  const shared = { ...callbacks, compiled, rule, optimizer, seed, verbose, stored: checkpoint !== undefined };
  const run: FitRun = { ...opened, ...shared, ...(signal && { signal }) };
  try {
    warnIfSlower(who, executor.about);
    const slots = readMemory(who, optimizer, rule, trainableVariables(model));
    const { progress } = await begin(run);
    if (progress === beginning) executor.load({ ...initialArrays(model, rule.optimizer), slots });
    await trainEpochs(run, progress, initialEpoch, epochs);
  } finally {
    await executor.release();
  }
  return callbacks.history;
}

async function trainEpochs(run: FitRun, first: Progress, initialEpoch: number, epochs: number): Promise<void> {
  const { model, list, history, executor, rule, optimizer } = run;
  const inner = openModel(model);
  inner.history = history;
  const before = stepsOf(optimizer);
  if (run.any && first !== beginning) assign(model, await executor.state());
  const pace = startPace();
  let [progress, steps] = [first, before + first.step];
  await list.onTrainBegin();
  recall(history, first, initialEpoch);
  inner.stopTraining_ = false;
  for (let epoch = initialEpoch + first.epoch; epoch < epochs && !isStopped(run); epoch++) {
    await takingChanges(run, () => list.onEpochBegin(epoch));
    // Fits that follow one another do not repeat the same orders.
    const { logs, done, count, whole } = await trainEpoch(run, before + epoch - initialEpoch, steps);
    steps += done;
    const measured = whole && executor.evaluationSource ? await validate(run, executor.evaluationSource) : {};
    const epochLogs = { ...measured, ...logs };
    // A copy, since callbacks own theirs.
    if (run.any) await withCurrentWeights(run, () => list.onEpochEnd(epoch, { ...epochLogs }));
    else await list.onEpochEnd(epoch, epochLogs);
    if (run.verbose > 0) console.log(lineOf(epoch, epochs, epochLogs));
    if (!run.stored || !whole) continue;
    const seconds = first.seconds + pace.seconds();
    progress = afterFitEpoch(progress, { logs: epochLogs, done, rate: optimizer.learningRate, count, seconds });
    await store(run, progress);
  }
  const state = await executor.state();
  assign(model, state);
  writeMemory(optimizer, rule, trainableVariables(model), state.slots, steps);
  await list.onTrainEnd();
}

const isStopped = ({ model, signal }: FitRun): boolean => openModel(model).stopTraining_ || signal?.aborted === true;

/** Updates of an epoch. @param order number of the epoch's order @param steps updates done before */
async function trainEpoch(run: FitRun, order: number, steps: number) {
  const { list, compiled, everyBatch, executor } = run;
  const means = meansOf(compiled.names);
  const pace = startPace();
  let [done, count, ended] = [0, 0, true];
  for await (const batches of grouped(executor.source, everyBatch ? 1 : executor.group, order, 0)) {
    if (everyBatch) await takingStates(run, () => list.onBatchBegin(done, { batch: done, size: batches[0]!.count }));
    const numbers = await update(run, batches, steps + done);
    for (const [i, { count: size }] of batches.entries()) {
      const { loss, watched } = numbers[i]!;
      const logs = means.add([loss, ...watched], size);
      if (!everyBatch) await list.onBatchBegin(done, { batch: done, size });
      await takingStates(run, () => list.onBatchEnd(done, { batch: done, size, ...logs }));
      done++;
      count += size;
    }
    await pace.yieldToEventLoop();
    if (isStopped(run)) {
      ended = false;
      break;
    }
  }
  return { logs: means.result(), done, count, whole: ended || done === run.source.batchesPerEpoch };
}

async function update({ executor, noise, rule, optimizer, seed }: FitRun, batches: readonly AnyBatch[], at: number) {
  const numbers = await executor.update(
    batches.map((batch, i) => ({
      batch,
      scalars: rule.optimizer.scalars(optimizer.learningRate, at + i),
      noise: drawNoise(noise, seed, at + i, batch.count),
      readLoss: true,
    })),
  );
  return numbers as readonly UpdateNumbers[];
}

/** Losses and metrics of the validation source, each a mean over its examples. */
async function validate({ compiled, executor }: FitRun, source: Source): Promise<Record<string, number>> {
  const means = meansOf(compiled.names.map((name) => `val_${name}`));
  const { answer, close } = executor.evaluation();
  try {
    for await (const batch of batchesOf(source, 0)) {
      const { loss, watched } = await answer(batch);
      means.add([loss, ...watched], batch.count);
    }
  } finally {
    close();
  }
  return means.result();
}

/** Runs callbacks while the model has its current weights. What they set is trained on. */
async function withCurrentWeights(run: FitRun, body: () => Promise<void>): Promise<void> {
  assign(run.model, await run.executor.state());
  await takingChanges(run, body);
}

/** Runs callbacks when the model is up to date: weights and states that they set are trained on. */
async function takingChanges({ model, executor, rule, any }: FitRun, body: () => Promise<void>): Promise<void> {
  if (!any) return body();
  const changed = changesOf([...trainableVariables(model), ...buffersOf(model)]);
  await body();
  if (!changed()) return;
  const { slots } = await executor.state();
  executor.load({ ...initialArrays(model, rule.optimizer), slots });
}

/** Runs callbacks when the model may have earlier weights: of what they set, only states of layers are trained on. */
async function takingStates({ model, executor }: FitRun, body: () => Promise<void>): Promise<void> {
  const changed = changesOf(layerStates(model));
  await body();
  if (!changed()) return;
  const state = await executor.state();
  const { moving } = splitBuffers(model, state.buffers);
  const states = layerStates(model).map((one) => (one.read().dataSync() as Float32Array).slice());
  executor.load({ ...state, buffers: [...moving, ...states] });
}

/** Whether values have been replaced since this call. */
function changesOf(values: readonly Pick<LayerState, "read">[]): () => boolean {
  const before = values.map((one) => one.read().dataId);
  return () => values.some((one, i) => one.read().dataId !== before[i]);
}

const lineOf = (epoch: number, epochs: number, logs: Logs): string =>
  `Epoch ${epoch + 1} of ${epochs}: ${Object.entries(logs)
    .map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`)
    .join(", ")}`;
