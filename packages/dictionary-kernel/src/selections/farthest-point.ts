import type { KernelRidge } from "../kernel-ridge";
import { type AtomsOptions, checkDraw, diagonalOf, drawColumns } from "./draw";

/**
 * Atoms far from each other in the kernel's distance: the first one at random, then always the atom whose distance to the
 * nearest chosen one is greatest, with ties broken at random.
 *
 *   d²(i, j) = k(i, i) + k(j, j) − 2 k(i, j)
 *
 * Every atom is then at most twice as far from the chosen ones as with the best choice of `count` atoms (Gonzalez 1985,
 * *Clustering to minimize the maximum intercluster distance*). The sets of several columns differ by their first atom.
 * Takes O(size · count) values of the kernel.
 *
 * @returns `columns` lists of `count` distinct indices, ascending
 * @throws RangeError unless `count` is an integer in [1, size] and `columns` a positive integer
 */
export function farthestPoint(dictionary: KernelRidge, count: number, options: AtomsOptions = {}): number[][] {
  checkDraw("farthestPoint", dictionary, count, options);
  const { size, gram } = dictionary;
  const diagonal = diagonalOf(dictionary);
  return drawColumns(options, (source) => {
    const order = source.permutation(size);
    const distances = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
    const chosen: number[] = [];
    while (chosen.length < count) {
      const next = order.reduce((best, i) => (distances[i]! > distances[best]! ? i : best));
      chosen.push(next);
      distances[next] = -1; // never again, even if another atom is at distance zero
      for (let i = 0; i < size; i++)
        distances[i] = Math.min(distances[i]!, Math.max(0, diagonal[i]! + diagonal[next]! - 2 * gram(i, next)));
    }
    return chosen;
  });
}
