import type { Matrix } from "@weightcast/types";
import { checkInteger, checkSplit, type Split } from "../dataset";
import { gather, type PixelOptions } from "./pixels";
import { subset } from "./subset";

/** Options of {@link samples}. */
export interface SamplesOptions extends PixelOptions {
  /** Examples per matrix. @default 1000 */
  readonly size?: number;
  /** Number of examples to take, a uniform subset. @default all */
  readonly limit?: number;
  /** Seed of the subset, any safe integer. @default 0 */
  readonly seed?: number;
}

/**
 * Images of a split without their labels, in the form that dictionaries fitted to data take: each call starts from
 * the first image and yields all of them as matrices [size, prod(shape)] (the last may have fewer rows), in the
 * split's order. Every matrix belongs to the caller.
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
