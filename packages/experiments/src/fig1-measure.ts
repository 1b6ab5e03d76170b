import { setImmediate } from "node:timers/promises";
import type { SamplesSource } from "@weightcast/dictionary";
import { covariance, type KernelName, kernel } from "@weightcast/dictionary-kernel";
import { stream } from "@weightcast/random";
import { type Spread, spreadOf } from "./aggregate";
import { type Baseline, baselineErrors, baselines } from "./fig1-baselines";
import type { Filters, TrainedFilters } from "./fig1-filters";
import { kernelErrors } from "./fig1-prediction";
import { InterruptedError } from "./interrupted";

/** Kernels on the pixel grid, the paper's first; and the covariance of the layer's inputs (Emp). */
export const fig1Kernels = [
  "squared-exponential",
  "exponential",
  "matern-3/2",
  "matern-5/2",
  "rational-quadratic",
  "covariance",
] as const satisfies readonly (KernelName | "covariance")[];
export type Fig1Kernel = (typeof fig1Kernels)[number];

/** Shares of the pixels kept that are measured. */
export const fig1Shares = [
  0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.75, 0.9, 1,
] as const;

/** Length scales, in pixels, of which each kernel takes the best. */
export const fig1LengthScales = [0.5, 1, 1.5, 2, 3, 5, 8] as const;

/** What predicts filters, and how well. */
export interface ErrorCurve {
  readonly predictor: Baseline | Fig1Kernel;
  /** In pixels; absent of a predictor that has none. */
  readonly lengthScale?: number;
  readonly points: readonly ErrorPoint[];
}

/** An error at one share of the pixels kept. */
export interface ErrorPoint {
  /** Asked for. */
  readonly share: number;
  /** Pixels kept: the nearest whole number, at least one. */
  readonly kept: number;
  /** ‖W − Ŵ‖²/‖W‖², see `kernelErrors`; over the random subsets. */
  readonly error: Spread;
}

/** How well filters are predicted. */
export interface FilterErrors {
  /** Pixels of a filter. */
  readonly pixels: number;
  /** As the options say. */
  readonly share: number;
  readonly ridge: number;
  readonly lengthScale: number;
  readonly subsets: number;
  readonly seed: number;
  readonly baselines: readonly ErrorCurve[];
  /** At the length scale given; the covariance has none. */
  readonly given: readonly ErrorCurve[];
  /** Each kernel on the grid at the best of the length scales; empty where there was no choice. */
  readonly best: readonly ErrorCurve[];
}

/** A network's trained filters, and how well they are predicted. */
export interface Fig1Result extends TrainedFilters {
  readonly errors: FilterErrors;
}

/** Options of {@link measureFilters}. */
export interface MeasureOptions {
  /** @default all; the covariance where there are samples */
  readonly kernels?: readonly Fig1Kernel[];
  /** σ in pixels. @default 1, the paper's */
  readonly lengthScale?: number;
  /** Of which each kernel takes the one with the smallest error at `share`. @default `fig1LengthScales` */
  readonly lengthScales?: readonly number[];
  /** λ, positive. @default 1e-3 */
  readonly ridge?: number;
  /** Shares of the pixels kept, ascending in (0, 1]. @default `fig1Shares` */
  readonly shares?: readonly number[];
  /** The share that length scales are chosen at. @default 0.25 */
  readonly share?: number;
  /** Random subsets, at least 1. @default 3 */
  readonly subsets?: number;
  /** @default 1 */
  readonly seed?: number;
  /** The layer's inputs over the filters' grid: makes the covariance. */
  readonly samples?: SamplesSource;
  readonly signal?: AbortSignal;
  /** Told of each kernel before it is measured, and at the end. */
  readonly onProgress?: (progress: { readonly done: number; readonly of: number; readonly what: string }) => void;
}

/**
 * The error of filters predicted from 1% to 100% of their pixels, by each kernel and by the baselines, over several random
 * subsets of the pixels. The subsets of one draw are nested: a larger share keeps more pixels beside the same ones. Length
 * scales are chosen on a draw of their own, so that the error told of the best is not the one it was chosen by.
 * @throws RangeError if an option is out of range
 * @throws InterruptedError once the signal is aborted
 */
export async function measureFilters(filters: Filters, options: MeasureOptions = {}): Promise<FilterErrors> {
  const { samples, signal, onProgress = () => {} } = options;
  const { lengthScale = 1, lengthScales = fig1LengthScales, ridge = 1e-3 } = options;
  const { shares = fig1Shares, share = 0.25, subsets = 3, seed = 1 } = options;
  const { kernels = fig1Kernels.filter((name) => name !== "covariance" || samples) } = options;
  checkMeasure({ ...options, kernels });
  if (kernels.includes("covariance") && !samples)
    throw new RangeError("fig1: the covariance is of the layer's inputs, which must be given as samples; got none");

  const { domain } = filters;
  const pixels = domain[0] * domain[1];
  const measured = [...new Set([...shares, share])].sort((a, b) => a - b);
  const choosing = keepingOrder(seed, "choice", pixels);
  const orders = Array.from({ length: subsets }, (_, i) => keepingOrder(seed, i, pixels));
  /** @param errorsOf for an order, the errors at counts of kept pixels */
  const curveOf = async (
    about: Omit<ErrorCurve, "points">,
    errorsOf: (order: Uint32Array, counts: readonly number[]) => readonly number[],
  ): Promise<ErrorCurve> => {
    const counts = measured.map((part) => keptOf(part, pixels));
    const all: (readonly number[])[] = [];
    for (const order of orders) {
      await breathe(signal);
      all.push(errorsOf(order, counts));
    }
    const points = measured.map((part, i) => ({
      share: part,
      kept: counts[i]!,
      error: spreadOf(all.map((errors) => errors[i]!)),
    }));
    return { ...about, points };
  };
  const dictionaryOf = (name: KernelName, scale: number) => kernel(domain, { kernel: name, lengthScale: scale, ridge });
  const kernelCurve = (name: KernelName, scale: number) =>
    curveOf({ predictor: name, lengthScale: scale }, (...kept) =>
      kernelErrors(filters, dictionaryOf(name, scale), ...kept),
    );
  const choose = async (name: KernelName) => {
    let best = { scale: lengthScale, error: Number.POSITIVE_INFINITY };
    for (const scale of lengthScales) {
      await breathe(signal);
      const [error] = kernelErrors(filters, dictionaryOf(name, scale), choosing, [keptOf(share, pixels)]);
      if (error! < best.error) best = { scale, error: error! };
    }
    return best.scale;
  };

  const without: ErrorCurve[] = [];
  for (const predictor of baselines)
    without.push(await curveOf({ predictor }, (...kept) => baselineErrors(predictor, filters, ...kept)));
  const given: ErrorCurve[] = [];
  const best: ErrorCurve[] = [];
  for (const [done, what] of kernels.entries()) {
    onProgress({ done, of: kernels.length, what });
    if (what === "covariance") {
      const dictionary = covariance(samples!, { ridge });
      given.push(await curveOf({ predictor: what }, (...kept) => kernelErrors(filters, dictionary, ...kept)));
      continue;
    }
    const atOne = await kernelCurve(what, lengthScale);
    given.push(atOne);
    if (lengthScales.length === 0) continue;
    const scale = await choose(what);
    best.push(scale === lengthScale ? atOne : await kernelCurve(what, scale));
  }
  onProgress({ done: kernels.length, of: kernels.length, what: "" });
  return { pixels, share, ridge, lengthScale, subsets, seed, baselines: without, given, best };
}

/** Pixels of a random subset, from the first that is kept to the last. @param subset which one; `choice`: for length scales */
export const keepingOrder = (seed: number, subset: number | "choice", pixels: number): Uint32Array =>
  stream(seed, `fig1/${subset}`).permutation(pixels);

/** Whole pixels of a share: at least one. */
export const keptOf = (share: number, pixels: number): number => Math.max(1, Math.round(share * pixels));

/** Lets an interruption through. */
async function breathe(signal: AbortSignal | undefined): Promise<void> {
  await setImmediate();
  if (signal?.aborted) throw new InterruptedError();
}

/** @throws RangeError naming the option that is out of range */
export function checkMeasure(options: Omit<MeasureOptions, "samples">): void {
  const { kernels = fig1Kernels, ridge = 1, share = 1, subsets = 1, shares = fig1Shares } = options;
  const { lengthScale = 1, lengthScales = [] } = options;
  const positive = (value: number) => value > 0 && value < Number.POSITIVE_INFINITY;
  const rules: readonly (readonly [name: string, value: unknown, good: boolean, rule: string])[] = [
    ["kernels", `[${kernels}]`, kernels.length > 0, "at least one"],
    ["ridge", ridge, positive(ridge), "a positive number"],
    ["lengthScale", lengthScale, positive(lengthScale), "a positive number"],
    ["lengthScales", `[${lengthScales}]`, lengthScales.every(positive), "positive numbers"],
    ["share", share, isShare(share, 0, []), "a number in (0, 1]"],
    ["shares", `[${shares}]`, shares.length > 0 && shares.every(isShare), "ascending numbers in (0, 1]"],
    ["subsets", subsets, Number.isInteger(subsets) && subsets >= 1, "an integer of at least 1"],
  ];
  for (const [name, value, good, rule] of rules)
    if (!good) throw new RangeError(`fig1: ${name} must be ${rule}; got ${value}`);
}

const isShare = (value: number, i: number, all: readonly number[]) => value > (all[i - 1] ?? 0) && value <= 1;
