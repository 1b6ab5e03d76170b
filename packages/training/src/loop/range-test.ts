import type * as tfl from "@tensorflow/tfjs-layers";
import { checkOptionNames, type Names, shown } from "../arguments/shown";
import type { Source } from "../examples/examples";
import { grouped } from "../executors/grouped";
import { notFinite } from "./divergence";
import type { TrainOptions } from "./options";
import { prepare } from "./plan";
import { afterBatch, type Progress } from "./progress";
import { type BatchRecord, begin, groupOf, lossesOf, open, type Run } from "./run";

/** Options of `train` that decide an update, and how it is computed. */
type UpdateOptions = Pick<
  TrainOptions,
  | ("optimizer" | "task" | "loss" | "weightDecay" | "clipNorm" | "clipValue" | "maxColumnNorm" | "quantizer")
  | ("accumulate" | "seed" | "execution" | "compile" | "signal")
>;

/** Options of {@link rangeTest}. */
export interface RangeTestOptions extends UpdateOptions {
  /** Rate of the first update, > 0. @default 1e-7 */
  readonly from?: number;
  /** Rate of the last update, above `from`. @default 10 */
  readonly to?: number;
  /** Updates, an integer ≥ 2. @default 100 */
  readonly steps?: number;
}

/** Result of {@link rangeTest}. */
export interface RangeTest {
  /** Learning rate of each update that was done. */
  readonly rates: readonly number[];
  /** Loss before each of these updates, smoothed over the updates before. */
  readonly losses: readonly number[];
  /** Rate at which the smoothed loss falls most steeply; undefined if it never falls. */
  readonly suggestion: number | undefined;
}

const names: Names<Required<RangeTestOptions>> = {
  ...{ optimizer: true, task: true, loss: true, weightDecay: true, clipNorm: true, clipValue: true },
  ...{ maxColumnNorm: true, quantizer: true, accumulate: true, seed: true, execution: true, compile: true },
  ...{ signal: true, from: true, to: true, steps: true },
};

/** Share of the smoothed loss that is kept from one update to the next. */
const kept = 0.9;
/** Multiple of the smallest smoothed loss above which the loss diverges. */
const limit = 4;

/**
 * Learning-rate range test (Smith 2017): updates at rates that grow exponentially from `from` to `to`, until the loss diverges, that
 * is, exceeds four times its minimum or is not finite. A good rate for a training is that of the steepest fall of the loss, the
 * `suggestion`, or somewhat more; near the minimum of the losses it is already too high. Losses are smoothed by an exponential moving
 * average without bias at the start, m ← 0.9 m + 0.1 L, m / (1 − 0.9^t).
 *
 * The model keeps its weights.
 *
 * @param source of the training examples: as many epochs as the updates need
 * @throws RangeError or TypeError if an option is out of range or the source does not fit the model, as `train` does
 * @throws TrainingError `NOT_FINITE` or `DIVERGED` if the very first loss is not finite
 */
export async function rangeTest(model: tfl.LayersModel, source: Source, options: RangeTestOptions): Promise<RangeTest> {
  checkOptionNames("rangeTest", options, names);
  const { from = 1e-7, to = 10, steps = 100, ...update } = options;
  if (!(from > 0 && from < Infinity))
    throw new RangeError(`rangeTest: from must be a rate above 0; got ${shown(from)}`);
  if (!(to > from && to < Infinity))
    throw new RangeError(`rangeTest: to must be a rate above ${from}; got ${shown(to)}`);
  if (!Number.isSafeInteger(steps) || steps < 2)
    throw new RangeError(`rangeTest: steps must be an integer of at least 2; got ${shown(steps)}`);
  const schedule = (step: number) => from * (to / from) ** Math.min(1, step / (steps - 1));
  const plan = prepare(model, source, { ...update, epochs: steps, schedule, lossEvery: 1 });
  const run = await open(plan);
  try {
    return await testWith(run, steps);
  } finally {
    await run.executor.release();
  }
}

/** Does the updates of a test, until the loss diverges. */
async function testWith(run: Run, steps: number): Promise<RangeTest> {
  const smooth = smoothed();
  const [rates, losses]: [number[], number[]] = [[], []];
  let { progress } = await begin(run);
  /** Loss of the batches since the last update. */
  let [sum, reads, smallest] = [0, 0, Infinity];
  const isDone = async ({ rate, loss, isUpdate }: BatchRecord, at: Progress): Promise<boolean> => {
    if (!Number.isFinite(loss)) {
      if (losses.length === 0) throw await notFinite(run, `the loss is ${loss}`, 1, rate, at);
      return true;
    }
    [sum, reads] = [sum + loss!, reads + 1];
    if (!isUpdate) return false;
    const next = smooth(sum / reads);
    [sum, reads] = [0, 0];
    rates.push(rate);
    losses.push(next);
    smallest = Math.min(smallest, next);
    return next > limit * smallest || losses.length === steps;
  };
  while (!run.options.signal?.aborted) {
    for await (const batches of grouped(run.executor.source, groupOf(run), progress.epoch, progress.batch)) {
      for (const record of await lossesOf(run, batches, progress)) {
        if (await isDone(record, progress)) return { rates, losses, suggestion: steepest(rates, losses) };
        progress = afterBatch(progress, record.loss, record.isUpdate);
      }
      if (run.options.signal?.aborted) break;
    }
    if (progress.batch < run.source.batchesPerEpoch && !run.options.signal?.aborted)
      throw new RangeError(
        `source: an epoch must have ${run.source.batchesPerEpoch} batches, as announced; got ${progress.batch}`,
      );
    progress = { ...progress, epoch: progress.epoch + 1, batch: 0 };
  }
  return { rates, losses, suggestion: steepest(rates, losses) };
}

/** Exponential moving average of the numbers that it is given. */
function smoothed(): (loss: number) => number {
  let [mean, count] = [0, 0];
  return (loss) => {
    mean = kept * mean + (1 - kept) * loss;
    return mean / (1 - kept ** ++count);
  };
}

/** Rate at which the losses fall most steeply over the logarithm of the rate, by central differences; undefined if they never fall. */
function steepest(rates: readonly number[], losses: readonly number[]): number | undefined {
  let [best, least]: [number | undefined, number] = [undefined, 0];
  for (let i = 1; i + 1 < losses.length; i++) {
    // Rates grow by the same factor at each step, so the difference of the losses is proportional to the slope.
    const slope = losses[i + 1]! - losses[i - 1]!;
    if (slope < least) [best, least] = [rates[i], slope];
  }
  return best;
}
