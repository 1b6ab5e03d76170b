import type { SamplesSource } from "@weightcast/dictionary";
import type { Spread } from "@weightcast/runs";
import type { TrainedFilters } from "./filters";
import type { Baseline, Fig1Kernel } from "./predictors";

/** Error of filters under one predictor, by the share of the pixels kept. */
export interface ErrorCurve {
  readonly predictor: Baseline | Fig1Kernel;
  /** In pixels; absent if the predictor has none. */
  readonly lengthScale?: number;
  readonly points: readonly ErrorPoint[];
}

/** Error at one share of the pixels kept. */
export interface ErrorPoint {
  /** Share asked for, in (0, 1]. */
  readonly share: number;
  /** Number of pixels kept: the nearest whole number, at least one. */
  readonly kept: number;
  /** ‖W − Ŵ‖²/‖W‖² over the random subsets; see `kernelErrors`. */
  readonly error: Spread;
}

/** Errors of predicting a layer's filters. */
export interface FilterErrors {
  /** Number of pixels of a filter. */
  readonly pixels: number;
  /** Options of the measurement, from here to `seed`. */
  readonly share: number;
  readonly ridge: number;
  readonly lengthScale: number;
  readonly subsets: number;
  readonly seed: number;
  readonly baselines: readonly ErrorCurve[];
  /** Kernels at the length scale of the options, and the covariance, which has none. */
  readonly given: readonly ErrorCurve[];
  /** Each kernel on the grid at the best of the length scales; empty if there was no choice. */
  readonly best: readonly ErrorCurve[];
}

/** Trained filters of a network, and the errors of predicting them. */
export interface Fig1Result extends TrainedFilters {
  readonly errors: FilterErrors;
  /** Share of a random first weight that weight decay has left where no gradient moves it: see `startLeft`. */
  readonly startLeft: number;
}

/** Options of `measureFilters`. */
export interface MeasureOptions {
  /** @default all; the covariance only with samples */
  readonly kernels?: readonly Fig1Kernel[];
  /** Length scale σ in pixels. @default 1, the paper's */
  readonly lengthScale?: number;
  /** Length scales, of which each kernel takes the one with the smallest error at `share`. @default `fig1LengthScales` */
  readonly lengthScales?: readonly number[];
  /** Ridge λ, positive. @default 1e-3 */
  readonly ridge?: number;
  /** Shares of the pixels kept, ascending in (0, 1]. @default `fig1Shares` */
  readonly shares?: readonly number[];
  /** Share at which length scales are chosen, in (0, 1]. @default 0.25 */
  readonly share?: number;
  /** Number of random subsets of the pixels, at least 1. @default 3 */
  readonly subsets?: number;
  /** @default 1 */
  readonly seed?: number;
  /** Inputs of the layer over the filters' grid, for the covariance. */
  readonly samples?: SamplesSource;
  readonly signal?: AbortSignal;
  /** Called with each kernel before it is measured, and at the end. */
  readonly onProgress?: (progress: { readonly done: number; readonly of: number; readonly what: string }) => void;
}
