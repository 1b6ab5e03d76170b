import type { Json } from "@weightcast/types";
import { decodeCheckpoint, encodeCheckpoint } from "../checkpoint/checkpoint";
import { identityOf } from "../checkpoint/identity";
import { allFinite, restore, snapshot } from "../checkpoint/snapshot";
import type { AnyBatch } from "../examples/examples";
import { openExecutor } from "../executors/execution";
import type { Executor, UpdateInputs } from "../executors/executor";
import { drawNoise } from "../step/draw-noise";
import { initialArrays, type Weights } from "../step/state";
import { assertEvaluation, notFinite } from "./divergence";
import { evaluateWith } from "./evaluate";
import type { Evaluation } from "./evaluation";
import type { Plan } from "./plan";
import { beginning, type Progress } from "./progress";

/** Run: a plan and the executor that computes it. */
export interface Run extends Plan {
  readonly executor: Executor;
  /** Identity that a checkpoint must match to be continued by this run. */
  readonly identity: Json;
}

/** Run of a plan, with its executor open. The caller releases the executor. */
export async function open(plan: Plan): Promise<Run> {
  const executor = await openExecutor(plan);
  return { ...plan, executor, identity: identityOf(plan, executor.about) };
}

/** Where a run stands, besides the executor's state. */
export interface Standing {
  readonly progress: Progress;
  /** Weights and moving averages of the best epoch so far, if the run restores them. */
  readonly best?: Weights;
}

/** Loads the checkpoint in the run's storage, or else the initial state, into the executor. @returns where it stands */
export async function begin(run: Run): Promise<Standing> {
  const { model, options, executor } = run;
  const bytes = await options.checkpoint?.storage.read();
  if (!bytes) {
    const initial = initialArrays(model, options.optimizer);
    executor.load({ ...initial, ...(options.averaging && { averages: initial.weights }) });
    return { progress: beginning };
  }
  const checkpoint = decodeCheckpoint(bytes);
  const { state, best } = restore(run, run.identity, checkpoint);
  executor.load(state);
  return { progress: checkpoint.progress, ...(best && { best }) };
}

/** Learning rate of the next update. */
function rateAt({ options }: Run, { step, history }: Progress): number {
  const rate = options.schedule(step, history);
  if (typeof rate !== "number" || !(rate >= 0 && rate < Infinity))
    throw new RangeError(`train: schedule must give a finite number of at least 0; got ${rate} for step ${step}`);
  return rate;
}

/** Record of a batch that was trained on. */
export interface BatchRecord {
  /** Rate of the update that the batch is part of. */
  readonly rate: number;
  /** Loss, if it was due (see `lossEvery`). */
  readonly loss: number | undefined;
  /** Whether the update was done after this batch. */
  readonly isUpdate: boolean;
}

/** Batch with everything that its step takes. */
interface Prepared extends UpdateInputs {
  /** Number of updates done before. */
  readonly step: number;
  readonly rate: number;
  readonly isUpdate: boolean;
}

/** Batches with everything that their steps take. The first of them, at `at`, is the first of an update. */
function prepared(run: Run, batches: readonly AnyBatch[], at: Progress): readonly Prepared[] {
  const { lossEvery = 20, seed = 0, accumulate = 1 } = run.options;
  const { batchesPerEpoch } = run.source;
  let [step, total] = [at.step, 0];
  return batches.map((batch, i) => {
    const index = at.batch + i;
    const isLast = (index + 1) % accumulate === 0 || index + 1 === batchesPerEpoch;
    const done = step;
    const rate = rateAt(run, { ...at, step });
    total += batch.count;
    const share = { count: batch.count, total, isLast };
    if (isLast) [step, total] = [step + 1, 0];
    return {
      ...{ batch, step: done, rate, isUpdate: isLast },
      scalars: run.scalars(rate, done, share),
      noise: drawNoise(run.noise, seed, at.epoch * batchesPerEpoch + index, batch.count),
      readLoss: index % lossEvery === 0 || index + 1 === batchesPerEpoch,
    };
  });
}

/** Trains on batches, the first of them at `at`, without a check of their losses. */
export async function lossesOf(
  run: Run,
  batches: readonly AnyBatch[],
  at: Progress,
): Promise<readonly (BatchRecord & { readonly step: number })[]> {
  const inputs = prepared(run, batches, at);
  const losses = (await run.executor.update(inputs)).map((numbers) => numbers?.loss);
  return losses.map((loss, i) => {
    const { rate, isUpdate, step } = inputs[i]!;
    return { rate, loss, isUpdate, step };
  });
}

/** Trains on batches, the first of them at `at`. @throws TrainingError `DIVERGED` or `NOT_FINITE` if a loss is not finite */
export async function update(run: Run, batches: readonly AnyBatch[], at: Progress): Promise<readonly BatchRecord[]> {
  const records = await lossesOf(run, batches, at);
  for (const { loss, step, rate } of records)
    if (loss !== undefined && !Number.isFinite(loss))
      throw await notFinite(run, `the loss is ${loss}`, step + 1, rate, at);
  return records;
}

/** Number of batches that are best trained on together: whole updates. */
export const groupOf = ({ executor, options: { accumulate = 1 } }: Run): number =>
  accumulate * Math.ceil(executor.group / accumulate);

/** Evaluation at the end of the epoch under way, if one is due. */
export async function measure(run: Run, at: Progress): Promise<Evaluation | undefined> {
  const { evaluation, epochs } = run.options;
  const epoch = at.epoch + 1;
  if (!evaluation || (epoch % (evaluation.every ?? 1) !== 0 && epoch !== epochs)) return undefined;
  const measured = await evaluateWith(run.executor.evaluationSource!, run.executor.evaluation(), run.task);
  await assertEvaluation(run, measured.loss, at, rateAt(run, lastOf(at)));
  return measured;
}

/**
 * Checks that the state is finite, and stores it if the run has a storage.
 * @returns the number of bytes written, 0 without a storage
 */
export async function store(run: Run, at: Progress, best?: Weights): Promise<number> {
  const checkpoint = snapshot(run.model, await run.executor.state(), at, run.identity, best);
  if (!allFinite(checkpoint))
    throw await notFinite(run, "a weight is not finite", at.step, rateAt(run, lastOf(at)), at);
  if (!run.options.checkpoint) return 0;
  const bytes = encodeCheckpoint(checkpoint);
  await run.options.checkpoint.storage.write(bytes);
  return bytes.length;
}

/** Position at which the update before `at` began. */
function lastOf(at: Progress): Progress {
  return { ...at, step: Math.max(0, at.step - 1) };
}
