import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { decodeCheckpoint, encodeCheckpoint } from "./checkpoint";
import { type TrainingError, trainingError } from "./error";
import { type Evaluation, evaluateWith } from "./evaluate";
import { functionalCall } from "./functional-call";
import type { Json } from "./json";
import { softmaxCrossEntropy } from "./loss";
import { beginning, type Progress } from "./progress";
import { allFinite, restore, snapshot } from "./snapshot";
import { assertFits, type Batch, type BatchSource, batchTensors } from "./source";
import { createStep, initialState, type Step, type StepResult, type TrainingState } from "./step";
import { dispose } from "./tensors";
import { checkOptions, identityOf, type TrainOptions } from "./train-options";

/** What stays the same throughout a run. */
export interface Run {
  readonly model: tfl.LayersModel;
  readonly source: BatchSource;
  readonly options: TrainOptions;
  readonly step: Step;
  /** Updates in the whole run. */
  readonly steps: number;
  readonly identity: Json;
}

/** Checks everything that can be checked before the first update. */
export function prepare(model: tfl.LayersModel, source: BatchSource, options: TrainOptions): Run {
  checkOptions(options);
  const { evaluation, epochs } = options;
  const { shape: inputs } = model.inputs[0]!;
  const { shape: outputs } = model.outputs[0]!;
  assertFits("train", source, inputs, outputs);
  if (evaluation) assertFits("train: evaluation", evaluation.source, inputs, outputs);
  const step = createStep(model, options);
  return {
    model,
    source,
    options,
    step,
    steps: epochs * source.batchesPerEpoch,
    identity: identityOf(source, options),
  };
}

/** The state that the run's storage holds, or the initial one. The caller disposes the tensors. */
export async function begin({ model, options, identity }: Run): Promise<{ state: TrainingState; progress: Progress }> {
  const bytes = await options.checkpoint?.storage.read();
  if (!bytes) return { state: initialState(model, options.optimizer), progress: beginning };
  const checkpoint = decodeCheckpoint(bytes);
  const state = restore(model, options.optimizer, checkpoint, identity, options.epochs);
  return { state, progress: checkpoint.progress };
}

/** The learning rate of the next update. */
export function rateAt({ options }: Run, { step }: Progress): number {
  const rate = options.schedule(step);
  if (!(rate >= 0 && rate < Infinity))
    throw new RangeError(`train: schedule must give a finite number of at least 0; got ${rate} for step ${step}`);
  return rate;
}

/** One update. What it returns is fresh; the given state is left to the caller. */
export function update(run: Run, state: TrainingState, batch: Batch, rate: number, { step }: Progress): StepResult {
  const { optimizer } = run.options;
  const tensors = batchTensors(run.source, batch);
  const scalars = optimizer.scalars(rate, step).map((value) => tf.scalar(value, "float32"));
  try {
    return run.step(state, tensors, scalars);
  } finally {
    dispose([tensors, scalars]);
  }
}

/** The loss of the update after `at`, where it is due (see `lossEvery`); disposes the tensor. */
export async function readLoss(run: Run, loss: tf.Scalar, rate: number, at: Progress): Promise<number | undefined> {
  try {
    const { lossEvery = 20 } = run.options;
    if (at.batch % lossEvery !== 0 && at.batch + 1 !== run.source.batchesPerEpoch) return undefined;
    const value = (await loss.data())[0]!;
    if (!Number.isFinite(value)) throw diverged(`the loss is ${value}`, at.step + 1, rate);
    return value;
  } finally {
    loss.dispose();
  }
}

/** The evaluation at the end of the epoch under way, if it is its turn. */
export async function measure(run: Run, state: TrainingState, at: Progress): Promise<Evaluation | undefined> {
  const { evaluation, epochs, loss = softmaxCrossEntropy } = run.options;
  const epoch = at.epoch + 1;
  if (!evaluation || (epoch % (evaluation.every ?? 1) !== 0 && epoch !== epochs)) return undefined;
  const forward = (inputs: tf.Tensor) => functionalCall(run.model, state.weights, inputs, { training: false });
  const measured = await evaluateWith(forward, evaluation.source, loss);
  if (!Number.isFinite(measured.loss))
    throw diverged(`the loss on the evaluation source is ${measured.loss}`, at.step, rateAt(run, lastOf(at)));
  return measured;
}

/**
 * Checks that the state is finite, and stores it if the run has a storage.
 * @returns the bytes written, 0 without a storage
 */
export async function store(run: Run, state: TrainingState, at: Progress): Promise<number> {
  const checkpoint = await snapshot(run.model, state, at, run.identity);
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
