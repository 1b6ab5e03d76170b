import type { Matrix } from "@weightcast/types";

export { type Matrix, sizeOf } from "@weightcast/types";

/**
 * Returns `domain` when every axis is a positive integer.
 * @param who the caller's name, for the message
 * @throws RangeError otherwise
 */
export function checkDomain(who: string, domain: readonly number[]): readonly number[] {
  if (!Array.isArray(domain) || domain.length === 0 || !domain.every((axis) => Number.isInteger(axis) && axis > 0))
    throw new RangeError(
      `${who}: domain must be a list of positive integers such as [28, 28]; got ${Array.isArray(domain) ? `[${domain}]` : domain}`,
    );
  return domain;
}

/**
 * Returns `indices` when they are distinct integers in [0, size), at least one.
 * @param who the caller's name, for the message
 * @throws RangeError otherwise
 */
export function checkIndices(who: string, indices: readonly number[], size: number): readonly number[] {
  if (indices.length === 0) throw new RangeError(`${who}: indices must name at least one atom; got none`);
  const seen = new Set<number>();
  for (const index of indices) {
    if (!Number.isInteger(index) || index < 0 || index >= size)
      throw new RangeError(`${who}: indices must be integers in [0, ${size - 1}]; got ${index}`);
    if (seen.has(index)) throw new RangeError(`${who}: indices must be distinct; got ${index} twice`);
    seen.add(index);
  }
  return indices;
}

/**
 * Returns `samples` when they are a batch of rows of `size` numbers each.
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
