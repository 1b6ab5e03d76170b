import type { KernelRidge } from "@weightcast/dictionary-kernel";
import type { Filters } from "./filters";
import { inOrder } from "./order";

/**
 * Filters predicted from their weights at a few pixels, the same pixels of all of them and of every channel:
 *
 *   Ŵ = U W_α,  U = k_αᵀ (K_α + λI)⁻¹
 *
 * (Denil et al. 2013, §2.1 and Figure 1).
 * @param dictionary dictionary over the filters' grid
 * @param atoms indices of the atoms whose coordinates are the pixels α
 * @returns predicted filters, in the order of `filters.data`
 * @throws RangeError if the dictionary is over another grid, or the atoms are not distinct atoms of it
 */
export function predictFilters(filters: Filters, dictionary: KernelRidge, atoms: readonly number[]): Float32Array {
  checkGrid("predictFilters", filters, dictionary);
  const { data: u, rows, cols } = dictionary.atoms(atoms);
  const width = filters.channels * filters.count;
  const predicted = new Float32Array(rows * width);
  const sums = new Float64Array(width);
  for (let i = 0; i < rows; i++) {
    sums.fill(0);
    for (let a = 0; a < cols; a++) {
      const factor = u[i * cols + a]!;
      const from = dictionary.coordinates[atoms[a]!]! * width;
      for (let j = 0; j < width; j++) sums[j] = sums[j]! + factor * filters.data[from + j]!;
    }
    predicted.set(sums, i * width);
  }
  return predicted;
}

/**
 * Errors of filters that are predicted from more and more of their pixels:
 *
 *   ‖W − Ŵ‖² / ‖W‖²
 *
 * over all filters, channels and pixels; the pixels kept are as they were, the others are those of `predictFilters`. This is
 * the normalized mean squared error. That of predicting zero is one minus the kept share of ‖W‖², at most 1.
 *
 * All counts come from one Gaussian elimination of [K + λI, W], the pixels in the order in which they are kept: when those
 * of α are eliminated, the other rows hold the part that is not predicted, w − K_·α (K_α + λI)⁻¹ w_α.
 *
 * @param order all pixels, in the order in which they are kept; pixels that are not atoms predict nothing
 * @param counts numbers of pixels kept, ascending
 * @returns an error for each count
 * @throws RangeError if the dictionary is over another grid, order is not a permutation of its pixels, counts do not ascend
 *   or are out of range, or all filters are zero
 */
export function kernelErrors(
  filters: Filters,
  dictionary: KernelRidge,
  order: ArrayLike<number>,
  counts: readonly number[],
): number[] {
  checkGrid("kernelErrors", filters, dictionary);
  const { rows, width, errors, squares } = inOrder("kernelErrors", filters, order, counts);
  const n = order.length;
  const { ridge } = dictionary.predictor([0]);
  const atomOf = new Map(dictionary.coordinates.map((pixel, atom) => [pixel, atom]));
  const atoms = Array.from(order, (pixel) => atomOf.get(pixel));
  const stride = n + width;
  const matrix = new Float64Array(n * stride);
  for (const [i, a] of atoms.entries()) {
    // A pixel that is not an atom predicts nothing, and nothing predicts it.
    for (const [j, b] of atoms.entries())
      matrix[i * stride + j] = (a === undefined || b === undefined ? 0 : dictionary.gram(a, b)) + (i === j ? ridge : 0);
    matrix.set(rows.subarray(i * width, (i + 1) * width), i * stride + n);
  }
  return errors(
    (from, to) => {
      for (let start = from; start < to; start += group) eliminate(matrix, stride, start, Math.min(to, start + group));
    },
    (kept) => squares(kept, matrix, stride, n),
  );
}

/** Number of rows eliminated at a time: four times fewer passes over a matrix of several megabytes. */
const group = 4;

/** Eliminates the rows `from` to `to`, at most `group` of them, from those below; entries that would become zero are left as they were. */
function eliminate(matrix: Float64Array, stride: number, from: number, to: number): void {
  const end = matrix.length / stride;
  const factors = new Float64Array(group);
  const starts = Array.from({ length: group }, (_, g) => Math.min(from + g, to - 1) * stride);
  for (let i = from + 1; i < end; i++) {
    const row = i * stride;
    factors.fill(0);
    for (let t = from; t < Math.min(i, to); t++) {
      let entry = matrix[row + t]!;
      for (let s = from; s < t; s++) entry -= factors[s - from]! * matrix[s * stride + t]!;
      factors[t - from] = entry / matrix[t * stride + t]!;
    }
    const [f0, f1, f2, f3] = factors as unknown as [number, number, number, number];
    const [r0, r1, r2, r3] = starts as [number, number, number, number];
    for (let j = Math.min(i, to); j < stride; j++) {
      const sum = f0 * matrix[r0 + j]! + f1 * matrix[r1 + j]! + f2 * matrix[r2 + j]! + f3 * matrix[r3 + j]!;
      matrix[row + j] = matrix[row + j]! - sum;
    }
  }
}

function checkGrid(who: string, { domain }: Filters, dictionary: KernelRidge): void {
  if (dictionary.domain.join() !== domain.join())
    throw new RangeError(`${who}: dictionary must be over the filters' grid, [${domain}]; got [${dictionary.domain}]`);
}
