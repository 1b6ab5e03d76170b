import { type FactorColumns, once } from "@weightcast/dictionary";
import { exp } from "@weightcast/random";
import { factorOf, unitFactor } from "./factors";
import { residual, unit } from "./vectors";

/** Basis of an axis: as many orthonormal functions as positions, from coarse to fine. */
export interface AxisBasis {
  readonly length: number;
  /** Order of the derivative in function k. */
  readonly orders: Int32Array;
  /** Number of its scale, from 0, the largest. */
  readonly scales: Int32Array;
  /** The functions, as columns; computed in the first call. */
  readonly factor: () => FactorColumns;
}

/** Axis that is left as it is: function k is 1 at position k, and has order 0. */
export const unitBasis = (length: number): AxisBasis => ({
  length,
  orders: new Int32Array(length),
  scales: new Int32Array(length),
  factor: () => unitFactor(length),
});

/**
 * Derivatives of Gaussians around the middle of an axis, orthonormalized in the order of their list: by order, then from the
 * largest scale to the smallest. Even and odd orders are orthogonal by symmetry. Of the even ones there are as many as there are
 * distances from the middle, ⌈length / 2⌉; of the odd ones as many as there are distances greater than 0.
 *
 * The even functions of the distance d, p(d²) exp(−d² / (2σ²)) with polynomials p, are exponential polynomials of d². A sum of n terms
 * (d²)ᵏ exp(−a d²) has fewer than n zeros d², so that they are independent at n distances, for any scales.
 *
 * @param sigmas σ of each scale, in positions, descending
 */
export function gaussianBasis(length: number, sigmas: readonly number[]): AxisBasis {
  const counts = [Math.ceil(length / 2), Math.floor(length / 2)] as const;
  const [orders, scales] = [new Int32Array(length), new Int32Array(length)];
  const taken = [0, 0];
  for (let k = 0, order = 0; k < length; order++) {
    const parity = order % 2;
    for (let scale = 0; scale < sigmas.length && taken[parity]! < counts[parity]!; scale++, k++) {
      orders[k] = order;
      scales[k] = scale;
      taken[parity]!++;
    }
  }
  return {
    length,
    orders,
    scales,
    factor: once(() => {
      const x = Float64Array.from({ length }, (_, i) => i - (length - 1) / 2);
      const even = sigmas.map((sigma) => x.map((value) => exp(-(value * value) / (2 * sigma * sigma))));
      const odd = even.map((column) => column.map((value, i) => value * x[i]!));
      const square = x.map((value) => value * value);
      const found = [even, odd].map((first, parity) => krylov(first, square, counts[parity]!).values());
      return factorOf(Array.from(orders, (order) => found[order % 2]!.next().value!));
    }),
  };
}

/**
 * Orthonormal vectors such that the first k of them span what the first k of w₀, w₁, …, s w₀, s w₁, …, s² w₀, … span, for entrywise
 * products with s. Each is made from s times the vector that stands for the power before, which adds to the span what the power itself
 * would, and is far better conditioned (Arnoldi's process). The last entries are positive.
 */
function krylov(first: readonly Float64Array[], s: Float64Array, count: number): readonly Float64Array[] {
  const found: Float64Array[] = [];
  for (let k = 0; k < count; k++) {
    const start = k < first.length ? first[k]! : found[k - first.length]!.map((value, i) => value * s[i]!);
    const vector = unit(residual(unit(start), found));
    found.push(vector.at(-1)! < 0 ? vector.map((value) => -value) : vector);
  }
  return found;
}
