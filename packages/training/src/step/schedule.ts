import { checkOptionNames, shown } from "../arguments/shown";
import type { EpochRecord } from "../loop/progress";

/**
 * Learning-rate schedule: the rate of each update, a pure function, so that a run that is resumed has the same rates.
 * @param step number of updates done before it, from 0
 * @param history the finished epochs
 */
export type Schedule = (step: number, history: readonly EpochRecord[]) => number;

/** Schedule by the step alone. */
export type StepSchedule = (step: number) => number;

/**
 * Constant schedule: the same rate throughout.
 * @throws RangeError unless rate > 0
 */
export function constant(rate: number): StepSchedule {
  checkRate("constant", rate);
  return () => rate;
}

/** Options of {@link stepDecay}. */
export interface StepDecayOptions {
  /** Updates between two changes of the rate, an integer ≥ 1. */
  readonly every: number;
  /** Factor that multiplies the rate at each change, in (0, 1]. */
  readonly factor: number;
}

/**
 * Staircase schedule: rate · factor^⌊step / every⌋.
 * @throws RangeError if rate, every or factor is out of range
 */
export function stepDecay(rate: number, options: StepDecayOptions): StepSchedule {
  checkRate("stepDecay", rate);
  checkOptionNames("stepDecay", options, { every: true, factor: true });
  const { every, factor } = options;
  if (!Number.isInteger(every) || every < 1)
    throw new RangeError(`stepDecay: every must be an integer of at least 1; got ${every}`);
  if (!(factor > 0 && factor <= 1)) throw new RangeError(`stepDecay: factor must be in (0, 1]; got ${factor}`);
  return (step) => rate * factor ** Math.floor(step / every);
}

/** Options of {@link cosine}. */
export interface CosineOptions {
  /** Rate from step `total` on, in [0, rate]. @default 0 */
  readonly floor?: number;
  /** Updates of linear warm-up, an integer in [0, total): rate · (step + 1) / warmup. @default 0 */
  readonly warmup?: number;
}

/**
 * Cosine schedule: half a cosine from `rate` to `floor`, after a linear warm-up (Loshchilov & Hutter 2017, without
 * restarts):
 *
 *     floor + (rate − floor) · (1 + cos(π (step − warmup) / (total − warmup))) / 2
 *
 * @param total updates in the whole run, an integer ≥ 1
 * @throws RangeError if rate, total, floor or warmup is out of range
 */
export function cosine(rate: number, total: number, options: CosineOptions = {}): StepSchedule {
  checkRate("cosine", rate);
  checkOptionNames("cosine", options, { floor: true, warmup: true });
  const { floor = 0, warmup = 0 } = options;
  if (!Number.isInteger(total) || total < 1)
    throw new RangeError(`cosine: total must be an integer of at least 1; got ${total}`);
  if (!(floor >= 0 && floor <= rate)) throw new RangeError(`cosine: floor must be in [0, ${rate}]; got ${floor}`);
  if (!Number.isInteger(warmup) || warmup < 0 || warmup >= total)
    throw new RangeError(`cosine: warmup must be an integer in [0, ${total}); got ${warmup}`);
  return (step) => {
    if (step < warmup) return (rate * (step + 1)) / warmup;
    const progress = Math.min(1, (step - warmup) / (total - warmup));
    return floor + ((rate - floor) * (1 + Math.cos(Math.PI * progress))) / 2;
  };
}

/** Options of {@link oneCycle}. */
export interface OneCycleOptions {
  /** Share of the run in which the rate rises, in (0, 1). @default 0.3 */
  readonly rise?: number;
  /** `rate` divided by the rate of the first update, ≥ 1. @default 25 */
  readonly startDivisor?: number;
  /** Rate of the first update divided by that of the last, ≥ 1. @default 10 000 */
  readonly endDivisor?: number;
}

/**
 * One-cycle schedule (Smith & Topin 2018): half a cosine up from rate / startDivisor to `rate`, and half a cosine down to
 * rate / (startDivisor·endDivisor); the rates of PyTorch's OneCycleLR.
 *
 * @param rate the largest
 * @param total updates in the whole run, an integer with rise·total > 1
 * @throws RangeError if rate, total or an option is out of range
 */
export function oneCycle(rate: number, total: number, options: OneCycleOptions = {}): StepSchedule {
  checkRate("oneCycle", rate);
  checkOptionNames("oneCycle", options, { rise: true, startDivisor: true, endDivisor: true });
  const { rise = 0.3, startDivisor = 25, endDivisor = 1e4 } = options;
  if (!(rise > 0 && rise < 1)) throw new RangeError(`oneCycle: rise must be in (0, 1); got ${rise}`);
  if (!Number.isInteger(total) || rise * total <= 1)
    throw new RangeError(
      `oneCycle: total must be an integer above ${Number((1 / rise).toPrecision(3))}, so that the rate rises; got ${total}`,
    );
  for (const [name, divisor] of Object.entries({ startDivisor, endDivisor }))
    if (!(divisor >= 1 && divisor < Infinity))
      throw new RangeError(`oneCycle: ${name} must be at least 1; got ${divisor}`);
  const start = rate / startDivisor;
  const top = rise * total - 1;
  const between = (from: number, to: number, part: number) => to + ((from - to) / 2) * (1 + Math.cos(Math.PI * part));
  return (step) =>
    step <= top
      ? between(start, rate, step / top)
      : between(rate, start / endDivisor, Math.min(1, (step - top) / (total - 1 - top)));
}

/**
 * Schedule of the authors' code (Denil et al. 2013): the rate is divided by 1.00004 after every update.
 * @param divisor ≥ 1 @default 1.00004
 * @throws RangeError if rate or divisor is out of range
 */
export function paperSchedule(rate: number, divisor = 1.00004): StepSchedule {
  checkRate("paperSchedule", rate);
  if (!(divisor >= 1 && divisor < Infinity))
    throw new RangeError(`paperSchedule: divisor must be at least 1; got ${divisor}`);
  return (step) => rate / divisor ** step;
}

/** Refuses a rate that is not above 0. @throws RangeError */
export function checkRate(who: string, rate: number): void {
  if (typeof rate !== "number" || !(rate > 0 && rate < Infinity))
    throw new RangeError(`${who}: rate must be a number above 0; got ${shown(rate)}`);
}
