import { checkOptions, shown } from "@weightcast/dictionary";
import { exp, log } from "@weightcast/random";

/** Similarity of two positions on the grid: symmetric, and positive semidefinite over any set of positions. */
export type KernelFunction = (i: readonly number[], j: readonly number[]) => number;

/** Named kernels, in terms of r, the distance in length scales: the same bits in every JavaScript engine, unlike Math's. */
const profiles = {
  /** exp(−r²/2): the paper's. */
  "squared-exponential": (r: number) => exp((-r * r) / 2),
  /** exp(−r), also called Laplacian or Matérn 1/2. */
  exponential: (r: number) => exp(-r),
  /** (1 + √3 r) exp(−√3 r) */
  "matern-3/2": (r: number) => (1 + Math.sqrt(3) * r) * exp(-Math.sqrt(3) * r),
  /** (1 + √5 r + 5r²/3) exp(−√5 r) */
  "matern-5/2": (r: number) => (1 + Math.sqrt(5) * r + (5 * r * r) / 3) * exp(-Math.sqrt(5) * r),
  /** (1 + r²/(2α))^−α: a mixture of squared exponentials with many length scales. */
  "rational-quadratic": (r: number, alpha: number) => exp(-alpha * log(1 + (r * r) / (2 * alpha))),
} as const;

/** Name of a kernel: `squared-exponential`, `exponential`, `matern-3/2`, `matern-5/2` or `rational-quadratic`. */
export type KernelName = keyof typeof profiles;

/** Options of {@link kernelFunction}. */
export interface KernelFunctionOptions {
  /** σ in pixels, positive: one number for all axes of the grid, or one per axis. @default 1 */
  readonly lengthScale?: number | readonly number[];
  /** α of the rational quadratic kernel, positive; other kernels ignore it. @default 1 */
  readonly alpha?: number;
}

/**
 * Stationary kernel on a grid: a function of r = √(Σ_a ((i_a − j_a)/σ_a)²), equal to 1 at r = 0.
 *
 * Squared exponential: k(i, j) = exp(−‖i − j‖² / (2σ²)), Denil et al. (2013, §2.2). The others: Rasmussen & Williams,
 * *Gaussian Processes for Machine Learning* (2006, §4.2.1).
 *
 * @throws RangeError if the name is unknown or an option is out of range
 */
export function kernelFunction(name: KernelName, options: KernelFunctionOptions = {}): KernelFunction {
  const { lengthScale = 1, alpha = 1 } = checkOptions<KernelFunctionOptions>("kernel", options, [
    "lengthScale",
    "alpha",
  ]);
  if (typeof name !== "string" || !Object.hasOwn(profiles, name))
    throw new RangeError(`kernel: kernel must be one of ${Object.keys(profiles).join(", ")}; got ${shown(name)}`);
  const scales: readonly number[] = Array.isArray(lengthScale) ? [...lengthScale] : [lengthScale];
  if (scales.length === 0 || !scales.every(isPositive))
    throw new RangeError(
      `kernel: lengthScale must be a positive number, or one for each axis; got ${shown(lengthScale)}`,
    );
  if (!isPositive(alpha)) throw new RangeError(`kernel: alpha must be a positive number; got ${shown(alpha)}`);

  const profile = profiles[name];
  const scaleOf = (axis: number) => scales[scales.length === 1 ? 0 : axis]!;
  return (i, j) => {
    let square = 0;
    for (let axis = 0; axis < i.length; axis++) square += ((i[axis]! - j[axis]!) / scaleOf(axis)) ** 2;
    return profile(Math.sqrt(square), alpha);
  };
}

const isPositive = (value: unknown) => typeof value === "number" && Number.isFinite(value) && value > 0;
