import { checkInteger, checkSplit, type Split } from "./dataset";
import { gather, type PixelOptions } from "./pixels";
import { subset } from "./subset";

/** A real matrix, row-major: entry (i, j) is `data[i * cols + j]`. The dictionary package's type of the same name. */
export interface Matrix {
  readonly rows: number;
  readonly cols: number;
  readonly data: Float32Array;
}

export interface SamplesOptions extends PixelOptions {
  /** Examples a matrix. @default 1000 */
  readonly size?: number;
  /** Take only so many examples, a uniform subset. @default all */
  readonly limit?: number;
  /** Any safe integer: decides the subset. @default 0 */
  readonly seed?: number;
}

/**
 * A split's images without their labels, as dictionaries made from data want them: each call gives all of them, from
 * the first one, as matrices [size, prod(shape)] (the last may have fewer rows), in the split's order. Every matrix is
 * the caller's own.
 * @throws RangeError if an option is out of range
 */
export function samples(split: Split, options: SamplesOptions = {}): () => Iterable<Matrix> {
  const { size = 1000, limit = split.count, seed = 0 } = options;
  const cols = checkSplit("samples", split);
  checkInteger("samples: size", size, 1, 2 ** 31 - 1);
  checkInteger("samples: limit", limit, 1, split.count);
  const chosen = limit === split.count ? split : subset(split, limit, seed);
  const fill = gather("samples", chosen, options);
  return function* () {
    for (let start = 0; start < chosen.count; start += size) {
      const rows = Math.min(size, chosen.count - start);
      const data = new Float32Array(rows * cols);
      fill(data, undefined, start);
      yield { rows, cols, data };
    }
  };
}
