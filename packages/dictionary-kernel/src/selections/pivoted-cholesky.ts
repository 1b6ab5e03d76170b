import { shown } from "@weightcast/dictionary";
import type { KernelRidge } from "../kernel-ridge";
import { type AtomsOptions, checkDraw, diagonalOf, drawColumns, proportional } from "./draw";

/** Options of {@link pivotedCholesky}. */
export interface PivotedCholeskyOptions extends AtomsOptions {
  /** Next atom: at random in proportion to what is left of its k(i, i), or the one with most left. @default "random" */
  readonly pivot?: "random" | "greedy";
}

/** Share of K's trace, or `size` times of an atom's own k(i, i), below which what is left is rounding error. */
const floor = 1e-13;

/**
 * Atoms that leave little of the kernel unexplained: the pivots of a partial Cholesky factorization of K. With F the
 * factor so far, and r_i = k(i, i) − Σ_t F_it² the rest of atom i,
 *
 *   F_it = (k(i, p) − Σ_s<t F_is F_ps) / √r_p,  p drawn with probability r_p/Σ r, or p = argmax r
 *
 * Σ r is the trace of K minus its Nyström approximation from the atoms chosen. Random pivots: Chen, Epperly, Tropp &
 * Webber (2022), *Randomly pivoted Cholesky*. Greedy pivots differ between columns only by ties, which are broken at
 * random. If fewer than `count` atoms explain all of K up to rounding error, each in units of its own k(i, i), the others
 * are drawn uniformly.
 * Takes O(size · count) values of the kernel and O(size · count²) products.
 *
 * @returns `columns` lists of `count` distinct indices, ascending
 * @throws RangeError unless `count` is an integer in [1, size], `columns` a positive integer, and `pivot` as above
 */
export function pivotedCholesky(
  dictionary: KernelRidge,
  count: number,
  options: PivotedCholeskyOptions = {},
): number[][] {
  checkDraw<PivotedCholeskyOptions>("pivotedCholesky", dictionary, count, options, ["pivot"]);
  const { pivot = "random" } = options;
  if (pivot !== "random" && pivot !== "greedy")
    throw new RangeError(`pivotedCholesky: pivot must be random or greedy; got ${shown(pivot)}`);
  const { size, gram } = dictionary;
  const diagonal = diagonalOf(dictionary);
  const negligible = floor * total(diagonal);

  return drawColumns(options, (source) => {
    const left = diagonal.slice();
    const order = source.permutation(size);
    const factor = new Float64Array(size * count);
    const chosen = new Set<number>();
    while (chosen.size < count && (total(left) > negligible || dropExplained(left, diagonal))) {
      const p = pivot === "greedy" ? greatest(left, order) : proportional(left, source);
      const [t, root] = [chosen.size, Math.sqrt(left[p]!)];
      for (let i = 0; i < size; i++) {
        if (left[i] === 0) continue; // chosen, or explained already
        let value = gram(i, p);
        for (let s = 0, a = i * count, b = p * count; s < t; s++, a++, b++) value -= factor[a]! * factor[b]!;
        factor[i * count + t] = value / root;
        left[i] = Math.max(0, left[i]! - (value / root) ** 2);
      }
      left[p] = 0;
      chosen.add(p);
    }
    for (const i of order) if (chosen.size < count) chosen.add(i);
    return chosen;
  });
}

/**
 * Sets the rest of atoms that are explained up to rounding error of their own k(i, i) to zero. What is little of K's trace
 * may be all of an atom whose k(i, i) is small, such as an input in other units.
 * @returns whether other atoms are left
 */
function dropExplained(left: Float64Array, diagonal: Float64Array): boolean {
  const share = floor * left.length;
  left.forEach((rest, i) => {
    if (rest <= share * diagonal[i]!) left[i] = 0;
  });
  return total(left) > 0;
}

const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

/** Index of the greatest value, the first in the given order. */
function greatest(values: Float64Array, order: Uint32Array): number {
  return order.reduce((best, i) => (values[i]! > values[best]! ? i : best));
}
