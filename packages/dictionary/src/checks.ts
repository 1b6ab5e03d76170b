import { type Json, type Matrix, sizeOf } from "@weightcast/types";
import { quoted, shown } from "./shown";
import { didYouMean } from "./suggest";

/** Largest prod(domain): what a machine still computes. */
const most = 2 ** 25;

/** Largest number of axes. */
const mostAxes = 16;

/**
 * Returns `domain` if it has 1 to 16 axes, every one a positive integer, and prod(domain) is at most 2²⁵.
 * @param who the caller's name, for the message
 * @throws RangeError otherwise
 */
export function checkDomain(who: string, domain: readonly number[]): readonly number[] {
  if (!Array.isArray(domain) || domain.length === 0 || !domain.every((axis) => Number.isInteger(axis) && axis > 0))
    throw new RangeError(`${who}: domain must be a list of positive integers such as [28, 28]; got ${shown(domain)}`);
  if (domain.length > mostAxes)
    throw new RangeError(`${who}: domain must have at most ${mostAxes} axes; got ${domain.length}; merge some`);
  const size = sizeOf(domain);
  if (size > most) throw new RangeError(`${who}: prod(domain) must be at most ${most}; got ${size}, [${domain}]`);
  return domain;
}

/**
 * Returns `indices` if there is at least one and all are distinct integers in [0, size).
 * @param who the caller's name, for the message
 * @throws RangeError otherwise
 */
export function checkIndices(who: string, indices: readonly number[], size: number): readonly number[] {
  if (indices.length === 0) throw new RangeError(`${who}: indices must name at least one atom; got none`);
  const seen = new Set<number>();
  for (const index of indices) {
    if (!Number.isInteger(index) || index < 0 || index >= size)
      throw new RangeError(`${who}: indices must be integers in [0, ${size - 1}]; got ${shown(index)}`);
    if (seen.has(index)) throw new RangeError(`${who}: indices must be distinct; got ${shown(index)} twice`);
    seen.add(index);
  }
  return indices;
}

/**
 * Returns `samples` if they are a batch of rows of `size` numbers each.
 * @param who the caller's name, for the message
 * @throws RangeError otherwise
 */
export function checkSamples(who: string, samples: Matrix, size: number): Matrix {
  const { rows, cols, data } = samples;
  if (cols !== size || data.length !== rows * size)
    throw new RangeError(
      `${who}: samples must be [batch, ${size}]; got [${rows}, ${cols}] with ${data.length} numbers`,
    );
  return samples;
}

/**
 * Options as they are, `{}` if there are none, once their names are checked: a misspelled option is refused, not ignored.
 * Factories check their options by it, and so those of a recipe or of a configuration file. The caller checks the values.
 * @param who the caller's name, for the message
 * @param options an options object, or JSON; an entry that is undefined counts as absent
 * @param known names of the existing options, as the message lists them
 * @param unlisted names that are accepted, but not listed
 * @throws TypeError if `options` is not an object
 * @throws RangeError if it has any other key, with the nearest name
 */
export function checkOptions<Options extends object>(
  who: string,
  options: object | Json | undefined,
  known: readonly (keyof Options & string)[],
  unlisted: readonly string[] = [],
): Partial<Options> {
  if (options === undefined) return {};
  if (options === null || typeof options !== "object" || Array.isArray(options))
    throw new TypeError(`${who}: options must be an object; got ${quoted(options)}`);
  const names: readonly string[] = [...known, ...unlisted];
  const unknown = Object.entries(options).find(([key, value]) => value !== undefined && !names.includes(key))?.[0];
  if (unknown !== undefined)
    throw new RangeError(
      `${who}: there is no option ${quoted(unknown)}${didYouMean(unknown, known)}; the options are ${known.join(", ") || "none"}`,
    );
  return options as Partial<Options>;
}
