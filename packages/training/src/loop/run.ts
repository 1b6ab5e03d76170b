import type { Json } from "@weightcast/types";
import { decodeCheckpoint, encodeCheckpoint } from "../checkpoint/checkpoint";
import { identityOf } from "../checkpoint/identity";
import { allFinite, restore, snapshot } from "../checkpoint/snapshot";
import type { AnyBatch } from "../examples/examples";
import { openExecutor } from "../executors/execution";
import type { Executor } from "../executors/executor";
import { drawNoise } from "../step/draw-noise";
import { initialArrays } from "../step/state";
import { assertEvaluation, notFinite } from "./divergence";
import { type Evaluation, evaluateWith } from "./evaluate";
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

/** Loads the checkpoint in the run's storage, or else the initial state, into the executor. @returns its progress */
export async function begin({ model, options, identity, executor, source }: Run): Promise<Progress> {
  const bytes = await options.checkpoint?.storage.read();
  if (!bytes) {
    executor.load(initialArrays(model, options.optimizer));
    return beginning;
  }
  const checkpoint = decodeCheckpoint(bytes);
  executor.load(
    restore(model, options.optimizer, checkpoint, identity, {
      epochs: options.epochs,
      batchesPerEpoch: source.batchesPerEpoch,
    }),
  );
  return checkpoint.progress;
}

/** Learning rate of the next update. */
function rateAt({ options }: Run, { step }: Progress): number {
  const rate = options.schedule(step);
  if (typeof rate !== "number" || !(rate >= 0 && rate < Infinity))
    throw new RangeError(`train: schedule must give a finite number of at least 0; got ${rate} for step ${step}`);
  return rate;
}

/** Record of an update that was done. */
export interface UpdateRecord {
  readonly rate: number;
  /** Loss, if it was due (see `lossEvery`). */
  readonly loss: number | undefined;
}

/** Does one update for each batch, the first of them at `at`. */
export async function update(run: Run, batches: readonly AnyBatch[], at: Progress): Promise<readonly UpdateRecord[]> {
  const { lossEvery = 20, optimizer, seed = 0 } = run.options;
  const rates = batches.map((_, i) => rateAt(run, { ...at, step: at.step + i }));
  const inputs = batches.map((batch, i) => ({
    batch,
    scalars: optimizer.scalars(rates[i]!, at.step + i),
    noise: drawNoise(run.noise, seed, at.step + i, batch.count),
    readLoss: (at.batch + i) % lossEvery === 0 || at.batch + i + 1 === run.source.batchesPerEpoch,
  }));
  const losses = (await run.executor.update(inputs)).map((numbers) => numbers?.loss);
  const wrong = losses.findIndex((loss) => loss !== undefined && !Number.isFinite(loss));
  if (wrong >= 0) throw await notFinite(run, `the loss is ${losses[wrong]}`, at.step + wrong + 1, rates[wrong]!, at);
  return losses.map((loss, i) => ({ rate: rates[i]!, loss }));
}

/** Evaluation at the end of the epoch under way, if one is due. */
export async function measure(run: Run, at: Progress): Promise<Evaluation | undefined> {
  const { evaluation, epochs } = run.options;
  const epoch = at.epoch + 1;
  if (!evaluation || (epoch % (evaluation.every ?? 1) !== 0 && epoch !== epochs)) return undefined;
  const measured = await evaluateWith(run.executor.evaluationSource!, (batch) => run.executor.answer(batch), run.task);
  await assertEvaluation(run, measured.loss, at, rateAt(run, lastOf(at)));
  return measured;
}

/**
 * Checks that the state is finite, and stores it if the run has a storage.
 * @returns the number of bytes written, 0 without a storage
 */
export async function store(run: Run, at: Progress): Promise<number> {
  const checkpoint = snapshot(run.model, await run.executor.state(), at, run.identity);
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
