import { checkOptions, leading, shown } from "@weightcast/dictionary";
import { sizeOf } from "@weightcast/types";
import type { Matrix } from "ml-matrix";
import { filtersOfAll, type TrainedKernel } from "./blocks";
import {
  type GaussianDerivativeDictionary,
  type GaussianDerivativeOptions,
  gaussianDerivative,
} from "./gaussian-derivative";
import { meanProducts } from "./principal-directions";

const who = "fitGaussianDerivative";

/** Options of {@link fitGaussianDerivative}. */
export interface FitGaussianDerivativeOptions extends Pick<GaussianDerivativeOptions, "scales"> {
  /** Number of leading atoms that the layers will use, a positive integer, at most the positions of the window. */
  readonly size: number;
}

/** σ as shares of the length, between which it is sought. */
const [least, greatest] = [1 / 12, 1];
const steps = 24;

/**
 * Gaussian derivatives with the σ with which the leading atoms lose least of the energy of trained filters, on the mean of the layers:
 *
 *   minimize over s in [1/12, 1]  (1/L) Σ_ℓ ‖F_ℓ − U_s U_sᵀF_ℓ‖² / ‖F_ℓ‖²,  σ = s · length on each axis
 *
 * where F_ℓ holds the filters of layer ℓ over its window, one for each channel and output. The options hold σ: the recipe alone makes
 * the dictionary again. With several scales the range begins at as many halvings more.
 *
 * @param kernels of one window, or of one layer; layers of zeros do not count
 * @throws RangeError if a kernel or an option is wrong, or all weights are zero
 */
export function fitGaussianDerivative(
  kernels: readonly TrainedKernel[],
  options: FitGaussianDerivativeOptions,
): GaussianDerivativeDictionary {
  const { size, scales = 1 } = checkOptions<FitGaussianDerivativeOptions>(who, options, ["size", "scales"]);
  const each = filtersOfAll(who, kernels, "window");
  const { domain } = each[0]!;
  const rows = sizeOf(domain);
  if (!(Number.isInteger(size) && size! >= 1 && size! <= rows))
    throw new RangeError(`${who}: size must be an integer in [1, ${rows}]; got ${shown(size)}`);
  const make = (share: number) => gaussianDerivative(domain, { sigma: domain.map((length) => share * length), scales });
  make(greatest); // checks the scales
  const mean = meanProducts(each.map(({ blocks }) => blocks));
  if (!(mean.trace() > 0)) throw new RangeError(`${who}: kernels must not be zero; all ${kernels.length} are`);
  const indices = leading(rows, size!);
  const held = (logarithm: number) => energyOf(make(Math.exp(logarithm)).atoms(indices), mean);
  return make(Math.exp(highest(held, Math.log(Math.min(greatest, least * 2 ** (scales - 1))), Math.log(greatest))));
}

/** tr(UᵀM U). */
function energyOf({ rows, cols, data }: { rows: number; cols: number; data: Float32Array }, mean: Matrix): number {
  let sum = 0;
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < rows; j++) {
      let product = 0;
      for (let a = 0; a < cols; a++) product += data[i * cols + a]! * data[j * cols + a]!;
      sum += product * mean.get(i, j);
    }
  return sum;
}

/** Place of the largest value of a function in an interval: the best of a grid, refined between its neighbors by golden sections. */
function highest(f: (x: number) => number, low: number, high: number): number {
  const grid = Array.from({ length: steps + 1 }, (_, i) => low + ((high - low) * i) / steps);
  const values = grid.map(f);
  const best = values.indexOf(Math.max(...values));
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [grid[Math.max(0, best - 1)]!, grid[Math.min(steps, best + 1)]!];
  while (b - a > 1e-4) {
    const [left, right] = [b - ratio * (b - a), a + ratio * (b - a)];
    if (f(left) >= f(right)) b = right;
    else a = left;
  }
  return (a + b) / 2;
}
