import { checkCount } from "@weightcast/dictionary";
import { type Stream, stream } from "@weightcast/random";
import type { KernelRidge } from "./kernel-ridge";

/** How a choice of atoms is drawn. */
export interface AtomsOptions {
  /** Any safe integer. @default 0 */
  readonly seed?: number;
  /** How many sets to draw, one for each column of a layer; what they share is computed once. @default 1 */
  readonly columns?: number;
  /** Set c is drawn from the stream `name/c`. @default "atoms" */
  readonly name?: string;
}

/** A set of `count` atoms for each column, ascending. */
export function drawColumns(options: AtomsOptions, draw: (source: Stream) => Iterable<number>): number[][] {
  const { seed = 0, columns = 1, name = "atoms" } = options;
  return Array.from({ length: columns }, (_, column) =>
    [...draw(stream(seed, `${name}/${column}`))].sort((a, b) => a - b),
  );
}

/** @throws RangeError unless `count` is an integer in [1, size] and `columns` a positive integer */
export function checkDraw(who: string, { size }: KernelRidge, count: number, { columns = 1 }: AtomsOptions): void {
  checkCount(who, count, size);
  if (!Number.isInteger(columns) || columns < 1)
    throw new RangeError(`${who}: columns must be a positive integer; got ${columns}`);
}

/** k(i, i) of every atom. */
export const diagonalOf = ({ size, gram }: KernelRidge): Float64Array =>
  Float64Array.from({ length: size }, (_, i) => gram(i, i));
