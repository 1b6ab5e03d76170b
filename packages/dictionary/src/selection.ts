import { stream } from "@weightcast/random";

/** How a layer chooses atoms: `uniform` without replacement (the paper), or the `leading` ones of an ordered dictionary. */
export type Selection = "uniform" | "leading";

/**
 * `count` distinct indices in [0, size), uniform without replacement, ascending.
 * The paper's α (Denil et al. 2013, §3.1 and the authors' code).
 * @param seed any safe integer
 * @param name the stream's name, so that every column of a layer draws its own @default "atoms"
 * @throws RangeError unless `count` is an integer in [1, size]
 */
export function uniform(size: number, count: number, seed: number, name = "atoms"): number[] {
  checkCount("uniform", count, size);
  return [...stream(seed, name).permutation(size).subarray(0, count)].sort((a, b) => a - b);
}

/**
 * The first `count` indices: the coarsest atoms of an ordered dictionary.
 * @throws RangeError unless `count` is an integer in [1, size]
 */
export function leading(size: number, count: number): number[] {
  checkCount("leading", count, size);
  return Array.from({ length: count }, (_, i) => i);
}

/**
 * Returns `count` when a dictionary of `size` atoms has so many to choose.
 * @param who the caller's name, for the message
 * @throws RangeError unless `count` is an integer in [1, size]
 */
export function checkCount(who: string, count: number, size: number): number {
  if (!Number.isInteger(count) || count < 1 || count > size)
    throw new RangeError(`${who}: count must be an integer in [1, ${size}], the atoms on offer; got ${count}`);
  return count;
}
