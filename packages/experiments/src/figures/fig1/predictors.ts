import type { KernelName } from "@weightcast/dictionary-kernel";

/** Predictors of Figure 1: kernels on the pixel grid, the paper's first, and the covariance of the layer's inputs (Emp). */
export const fig1Kernels = [
  "squared-exponential",
  "exponential",
  "matern-3/2",
  "matern-5/2",
  "rational-quadratic",
  "covariance",
] as const satisfies readonly (KernelName | "covariance")[];
/** Predictor of Figure 1. */
export type Fig1Kernel = (typeof fig1Kernels)[number];

/** Predictions without a kernel, to compare with. */
export const baselines = ["zero", "mean", "nearest"] as const;
/** Prediction without a kernel. */
export type Baseline = (typeof baselines)[number];

/** Shares of the pixels kept at which errors are measured. */
export const fig1Shares = [
  0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.75, 0.9, 1,
] as const;

/** Length scales in pixels, of which each kernel takes the best. */
export const fig1LengthScales = [0.5, 1, 1.5, 2, 3, 5, 8] as const;
