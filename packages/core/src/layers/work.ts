import type { Dictionary } from "@weightcast/dictionary";

/** Operations that each part of a layer takes at most, in a dictionary of this project: measured, in nanoseconds. */
const costs = {
  /** A coordinate of a dictionary's domain: its place in the order of the atoms, or its position. */
  coordinate: 1000,
  /** An index shuffled by a uniform choice. */
  draw: 160,
  /** A random stream of its own, which every column and many an atom has. */
  stream: 13_000,
  /** An entry of U or of a factor of it: computed, and projected for the fingerprint. */
  entry: 350,
  /** A product of a solve or an orthonormal basis, with as many attempts as a singular kernel matrix needs. */
  product: 5,
  /** A learned number, drawn at the start. */
  learned: 100,
  /** A number that is to be loaded. */
  loaded: 10,
  /** An operation that a dictionary itself counts, {@link Dictionary.work}. */
  operation: 1,
} as const;

/** Counts of the parts of a layer. */
export type Work = { readonly [Part in keyof typeof costs]?: number };

/** Longest axis whose factor a layer computes: 67 million numbers. */
export const longestFactor = 2 ** 13;

let most = Number.POSITIVE_INFINITY;

/**
 * Limit of the work of making a layer, in this process, from now on; for one that loads model files of people it does not
 * know. Beyond it a layer is refused before the work is done. The work is predicted from sizes alone, in operations, of
 * which a core does about 10⁹ a second: a layer within 5·10⁸ takes less than a second. It counts for each stage by itself: the
 * dictionary, the choice of the atoms, U, and V.
 * @param operations at least 1 @default Infinity, so that only the sizes in the README limit a layer
 * @returns the limit before, to be restored
 * @throws RangeError if it is less than 1, or no number
 */
export function limitWork(operations = Number.POSITIVE_INFINITY): number {
  if (typeof operations !== "number" || !(operations >= 1))
    throw new RangeError(`limitWork: operations must be a number of at least 1; got ${operations}`);
  const before = most;
  most = operations;
  return before;
}

/**
 * @param who the caller's name, for the message
 * @param stage what is about to be made
 * @throws RangeError if that takes more than {@link limitWork} allows
 */
export function checkWork(who: string, stage: string, work: Work): void {
  const operations = Object.entries(work).reduce((sum, [part, count]) => sum + costs[part as keyof Work] * count, 0);
  if (!(operations <= most))
    throw new RangeError(
      `${who}: ${stage} would take about ${operations.toPrecision(2)} operations, and limitWork allows ${most} in this process; make the layer smaller, or raise the limit if you trust the model`,
    );
}

/** Entries of a dictionary's factors, which its atoms are made from: none if it has no factors, or they are too long. */
export const factorEntries = (dictionary: Dictionary): number =>
  // Reading the factors would compute them.
  "factors" in dictionary
    ? dictionary.domain.reduce((sum, axis) => sum + (axis <= longestFactor ? axis ** 2 : 0), 0)
    : 0;
