import { checkCount, checkOptions, shown } from "@weightcast/dictionary";
import { type Stream, stream } from "@weightcast/random";
import type { KernelRidge } from "../kernel-ridge";

/** Options of a selection of atoms. */
export interface AtomsOptions {
  /** Any safe integer. @default 0 */
  readonly seed?: number;
  /** Number of index sets, one per column of a layer; what they have in common is computed once. @default 1 */
  readonly columns?: number;
  /** Name of the random streams: set c is drawn from `name/c`. @default "atoms" */
  readonly name?: string;
}

/** Index sets, one per column, ascending, each drawn from its own stream. */
export function drawColumns(options: AtomsOptions, draw: (source: Stream) => Iterable<number>): number[][] {
  const { seed = 0, columns = 1, name = "atoms" } = options;
  return Array.from({ length: columns }, (_, column) =>
    [...draw(stream(seed, `${name}/${column}`))].sort((a, b) => a - b),
  );
}

/**
 * @param more names of options beyond {@link AtomsOptions}
 * @throws RangeError unless `count` is an integer in [1, size], `columns` a positive integer, and every option a known one
 */
export function checkDraw<Options extends AtomsOptions>(
  who: string,
  { size }: KernelRidge,
  count: number,
  options: Options,
  more: readonly (keyof Options & string)[] = [],
): void {
  const { columns = 1 } = checkOptions<Options>(who, options, ["seed", "columns", "name", ...more]);
  checkCount(who, count, size);
  if (!Number.isInteger(columns) || columns < 1)
    throw new RangeError(`${who}: columns must be a positive integer; got ${shown(columns)}`);
}

/** k(i, i) of every atom. */
export const diagonalOf = ({ size, gram }: KernelRidge): Float64Array =>
  Float64Array.from({ length: size }, (_, i) => gram(i, i));

/** Random index with a probability in proportion to its value, at least 0; the first index if all values are zero. */
export function proportional(values: Float64Array, source: Stream): number {
  let rest = source.uniform() * values.reduce((sum, value) => sum + value, 0);
  let index = 0;
  for (let i = 0; i < values.length && rest >= 0; i++)
    if (values[i]! > 0) {
      index = i; // the last of them if rounding leaves a rest
      rest -= values[i]!;
    }
  return index;
}
