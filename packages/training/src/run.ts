import type * as tfl from "@tensorflow/tfjs-layers";
import { decodeCheckpoint, encodeCheckpoint } from "./checkpoint";
import { drawNoise } from "./draw-noise";
import { type TrainingError, trainingError } from "./error";
import { type Evaluation, evaluateWith } from "./evaluate";
import { openExecutor } from "./execution";
import type { Executor } from "./executor";
import { identityOf } from "./identity";
import type { Json } from "./json";
import { softmaxCrossEntropy } from "./loss";
import { noiseOf } from "./noise";
import type { Plan } from "./plan";
import { beginning, type Progress } from "./progress";
import { allFinite, restore, snapshot } from "./snapshot";
import { assertFits, type Batch, type BatchSource } from "./source";
import { startOf } from "./state";
import { createStep } from "./step";
import { checkOptions, type TrainOptions } from "./train-options";

/** A run with what computes it. */
export interface Run extends Plan {
  readonly executor: Executor;
  readonly identity: Json;
}

/** Checks everything that can be checked before the first update. */
export function prepare(model: tfl.LayersModel, source: BatchSource, options: TrainOptions): Plan {
  checkOptions(options);
  const { evaluation, epochs, loss = softmaxCrossEntropy } = options;
  const { shape: inputs } = model.inputs[0]!;
  const { shape: outputs } = model.outputs[0]!;
  assertFits("train", source, inputs, outputs, loss);
  if (evaluation) assertFits("train: evaluation", evaluation.source, inputs, outputs, loss);
  const step = createStep(model, options);
  const noise = noiseOf(model, source.inputShape);
  return { model, source, options, step, noise, steps: epochs * source.batchesPerEpoch };
}

/** Brings up what computes. The caller releases the executor. */
export async function open(plan: Plan): Promise<Run> {
  const executor = await openExecutor(plan);
  return { ...plan, executor, identity: identityOf(plan, executor.about) };
}

/** Puts the state that the run's storage holds, or the initial one, into the executor. */
export async function begin({ model, options, identity, executor }: Run): Promise<Progress> {
  const bytes = await options.checkpoint?.storage.read();
  if (!bytes) {
    executor.load(startOf(model, options.optimizer));
    return beginning;
  }
  const checkpoint = decodeCheckpoint(bytes);
  executor.load(restore(model, options.optimizer, checkpoint, identity, options.epochs));
  return checkpoint.progress;
}

/** The learning rate of the next update. */
function rateAt({ options }: Run, { step }: Progress): number {
  const rate = options.schedule(step);
  if (!(rate >= 0 && rate < Infinity))
    throw new RangeError(`train: schedule must give a finite number of at least 0; got ${rate} for step ${step}`);
  return rate;
}

/** An update done. */
export interface Updated {
  readonly rate: number;
  /** Where it was due (see `lossEvery`). */
  readonly loss: number | undefined;
}

/** One update for each batch, the first of them at `at`. */
export async function update(run: Run, batches: readonly Batch[], at: Progress): Promise<readonly Updated[]> {
  const { lossEvery = 20, optimizer, seed = 0 } = run.options;
  const rates = batches.map((_, i) => rateAt(run, { ...at, step: at.step + i }));
  const parts = batches.map((batch, i) => ({
    batch,
    scalars: optimizer.scalars(rates[i]!, at.step + i),
    noise: drawNoise(run.noise, seed, at.step + i, batch.count),
    wanted: (at.batch + i) % lossEvery === 0 || at.batch + i + 1 === run.source.batchesPerEpoch,
  }));
  const losses = await run.executor.update(parts);
  return losses.map((loss, i) => {
    const rate = rates[i]!;
    if (loss !== undefined && !Number.isFinite(loss)) throw diverged(`the loss is ${loss}`, at.step + i + 1, rate);
    return { rate, loss };
  });
}

/** The evaluation at the end of the epoch under way, if it is its turn. */
export async function measure(run: Run, at: Progress): Promise<Evaluation | undefined> {
  const { evaluation, epochs, loss = softmaxCrossEntropy } = run.options;
  const epoch = at.epoch + 1;
  if (!evaluation || (epoch % (evaluation.every ?? 1) !== 0 && epoch !== epochs)) return undefined;
  const measured = await evaluateWith(run.executor.held!, (batch) => run.executor.answer(batch), loss);
  if (!Number.isFinite(measured.loss))
    throw diverged(`the loss on the evaluation source is ${measured.loss}`, at.step, rateAt(run, lastOf(at)));
  return measured;
}

/**
 * Checks that the state is finite, and stores it if the run has a storage.
 * @returns the bytes written, 0 without a storage
 */
export async function store(run: Run, at: Progress): Promise<number> {
  const checkpoint = snapshot(run.model, await run.executor.state(), at, run.identity);
  if (!allFinite(checkpoint)) throw diverged("a weight is not finite", at.step, rateAt(run, lastOf(at)));
  if (!run.options.checkpoint) return 0;
  const bytes = encodeCheckpoint(checkpoint);
  await run.options.checkpoint.storage.write(bytes);
  return bytes.length;
}

/** @param step updates done */
function diverged(finding: string, step: number, rate: number): TrainingError {
  return trainingError(
    "DIVERGED",
    `train: the training diverged: ${finding} at step ${step}, with a learning rate of ${rate}; try a tenth of the rate, a warm-up, or maxColumnNorm`,
  );
}

/** Where the update before `at` began. */
function lastOf(at: Progress): Progress {
  return { ...at, step: Math.max(0, at.step - 1) };
}
