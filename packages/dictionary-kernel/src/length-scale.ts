import {
  checkDomain,
  checkOptions,
  type SamplesModule,
  type SamplesSource,
  secondMoments,
} from "@weightcast/dictionary";
import { sizeOf } from "@weightcast/types";
import { type KernelOptions, kernel, kernelOptionNames, kernelTraits } from "./kernel";
import { kernelFunction } from "./kernel-function";
import { type KernelRidge, positionOf } from "./kernel-ridge";
import { kernelSelections } from "./selections/rules";

/** Options of {@link fitLengthScale}. */
export interface LengthScaleOptions extends Pick<KernelOptions, "kernel" | "alpha"> {}

/** In pixels: at a tenth, every named kernel except the rational quadratic is zero between neighbors. */
const shortest = 0.1;
const steps = 80;

/**
 * Length scale σ, in pixels, at which a kernel matches best how a layer's inputs correlate over the grid:
 *
 *   minimize over σ  Σ_i<j s_i s_j (C_ij/(s_i s_j) − k_σ(i, j))²,  C = cov(x), s_i = √C_ii
 *
 * over all pairs of coordinates that vary: a least-squares fit to the correlations in which pairs of inputs that hardly
 * vary count little, as in a fit to a correlogram (Cressie 1985, *Fitting variogram models by weighted least squares*). For
 * samples of a Gaussian process with that kernel, σ is its length scale. There is one σ for all axes.
 *
 * @returns a number in [0.1, twice the grid's diagonal]: the smallest if neighbors do not correlate
 * @throws RangeError if the domain, an option or the samples' shape is wrong, a sample is not finite, or fewer than two
 *   coordinates vary
 */
export function fitLengthScale({ domain, batches }: SamplesSource, options: LengthScaleOptions = {}): number {
  const { kernel: name = "squared-exponential", alpha = 1 } = checkOptions<LengthScaleOptions>(
    "fitLengthScale",
    options,
    ["kernel", "alpha"],
  );
  kernelFunction(name, { alpha }); // checks both before the samples are read
  const size = sizeOf(checkDomain("fitLengthScale", domain));
  const { matrix } = secondMoments("fitLengthScale", batches(), size);
  const lags = lagsOf(matrix, domain);
  if (lags.length === 0)
    throw new RangeError("fitLengthScale: samples must vary in two coordinates at least; they vary in fewer");

  const misfit = (logarithm: number) => {
    const k = kernelFunction(name, { lengthScale: Math.exp(logarithm), alpha });
    return lags.reduce((sum, { distance, weight, correlation }) => {
      return sum + weight * (correlation - k([0], [distance])) ** 2;
    }, 0);
  };
  const [low, high] = [Math.log(shortest), Math.log(2 * Math.hypot(...domain))];
  const grid = Array.from({ length: steps + 1 }, (_, i) => low + ((high - low) * i) / steps);
  const errors = grid.map(misfit);
  const best = errors.indexOf(Math.min(...errors));
  return Math.exp(goldenSection(misfit, grid[Math.max(0, best - 1)]!, grid[Math.min(steps, best + 1)]!));
}

/** All pairs of coordinates at one distance: the sum of their weights s_i s_j, and the mean correlation so weighted. */
interface Lag {
  readonly distance: number;
  readonly weight: number;
  readonly correlation: number;
}

function lagsOf(covariance: Float64Array, domain: readonly number[]): readonly Lag[] {
  const size = sizeOf(domain);
  const positions = Array.from({ length: size }, (_, i) => positionOf(i, domain));
  const deviations = positions.map((_, i) => Math.sqrt(covariance[i * size + i]!));
  const sums = new Map<number, { weight: number; product: number }>();
  for (let i = 0; i < size; i++)
    for (let j = 0; j < i; j++) {
      const weight = deviations[i]! * deviations[j]!;
      if (weight === 0) continue;
      let square = 0;
      for (let axis = 0; axis < domain.length; axis++) square += (positions[i]![axis]! - positions[j]![axis]!) ** 2;
      const sum = sums.get(square) ?? { weight: 0, product: 0 };
      sum.weight += weight;
      sum.product += covariance[i * size + j]!;
      sums.set(square, sum);
    }
  return Array.from(sums, ([square, { weight, product }]) => ({
    distance: Math.sqrt(square),
    weight,
    correlation: product / weight,
  }));
}

/** Minimum of a function of one number in an interval where it has only one. */
function goldenSection(f: (x: number) => number, low: number, high: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [low, high];
  let [left, right] = [b - ratio * (b - a), a + ratio * (b - a)];
  let [atLeft, atRight] = [f(left), f(right)];
  while (b - a > 1e-9) {
    if (atLeft <= atRight) {
      [b, right, atRight] = [right, left, atLeft];
      left = b - ratio * (b - a);
      atLeft = f(left);
    } else {
      [a, left, atLeft] = [left, right, atRight];
      right = a + ratio * (b - a);
      atRight = f(right);
    }
  }
  return (a + b) / 2;
}

/**
 * Dictionary of {@link kernel} with the length scale that fits a layer's inputs. The samples decide only that number, which
 * the options hold: the dictionary's name is "kernel", and its recipe alone recreates it.
 * @param options those of `kernel`; if `lengthScale` is given there is nothing to fit, and no sample is read
 * @throws RangeError as `fitLengthScale` and `kernel` do
 */
export function fitKernel(source: SamplesSource, options: KernelOptions = {}): KernelRidge {
  const { lengthScale, ridge, ...shape } = checkOptions<KernelOptions>("kernel-fitted", options, kernelOptionNames);
  const all = { ...shape, ...(ridge !== undefined && { ridge }) };
  kernel(source.domain, { ...all, lengthScale: lengthScale ?? 1 }); // checks all options before the samples are read
  return kernel(source.domain, { ...all, lengthScale: lengthScale ?? fitLengthScale(source, shape) });
}

/** Module of {@link fitKernel}, for registries and the command line. */
export const kernelFittedModule: SamplesModule = {
  name: "kernel-fitted",
  summary: "The kernel dictionary, with the length scale that fits the inputs",
  needs: "samples",
  traits: kernelTraits,
  selections: kernelSelections,
  create: (source, options) => fitKernel(source, options as KernelOptions | undefined),
};
