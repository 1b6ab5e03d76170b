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

/** Rank of a layer: a count of atoms in each column, or a proportion of the layer's inputs. */
export type Rank = number | { readonly proportion: number };

/**
 * Number of atoms n_α in each column: `rank` itself, or round(proportion · inputs), at least 1 and at most all that the
 * dictionary offers (which may be fewer than the inputs: the covariance of images has no atoms at constant pixels).
 * @param inputs n_v, coordinates of the dictionary's domain
 * @param size atoms that the dictionary offers @default inputs
 * @throws RangeError unless it is an integer in [1, size]
 */
export function rankOf(rank: Rank, inputs: number, size = inputs): number {
  if (typeof rank !== "number" && !(rank.proportion > 0 && rank.proportion <= 1))
    throw new RangeError(`rank.proportion must be in (0, 1]; got ${rank.proportion}`);
  const count = typeof rank === "number" ? rank : Math.min(size, Math.max(1, Math.round(rank.proportion * inputs)));
  if (!Number.isInteger(count) || count < 1 || count > size)
    throw new RangeError(
      `rank must be an integer in [1, ${size}], the atoms the dictionary offers; got ${count}` +
        (count > 0 && count < 1 ? `; for a proportion write { proportion: ${count} }` : ""),
    );
  return count;
}
