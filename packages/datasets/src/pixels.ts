import { exampleSize, type Split } from "./dataset";

/** How a byte becomes a number: value · scale + offset. */
export interface PixelOptions {
  /** @default 1/255, so that pixels lie in [0, 1] */
  readonly scale?: number;
  /** @default 0 */
  readonly offset?: number;
}

/** Writes examples `order[start]`, `order[start + 1]`, … (or `start`, `start + 1`, …) into `out`, until it is full. */
export type Gather = (out: Float32Array, order: Uint32Array | undefined, start: number) => void;

/**
 * Prepares the conversion of a split's bytes to numbers: a table of the 256 values there are.
 * @param who the caller's name, for the message
 * @throws RangeError unless `scale` and `offset` are finite
 */
export function gather(who: string, split: Split, options: PixelOptions): Gather {
  const { scale = 1 / 255, offset = 0 } = options;
  for (const [name, value] of Object.entries({ scale, offset }))
    if (!Number.isFinite(value)) throw new RangeError(`${who}: ${name} must be a finite number; got ${value}`);
  const values = Float32Array.from({ length: 256 }, (_, byte) => byte * scale + offset);
  const size = exampleSize(split);
  const { images } = split;
  return (out, order, start) => {
    for (let row = 0, at = 0; at < out.length; row++) {
      let from = (order ? order[start + row]! : start + row) * size;
      for (const end = at + size; at < end; ) out[at++] = values[images[from++]!]!;
    }
  };
}

/** The same from examples that are numbers already, [count, size]. */
export const gatherRows =
  (rows: Float32Array, size: number): Gather =>
  (out, order, start) => {
    for (let row = 0, at = 0; at < out.length; row++, at += size) {
      const from = (order ? order[start + row]! : start + row) * size;
      out.set(rows.subarray(from, from + size), at);
    }
  };
