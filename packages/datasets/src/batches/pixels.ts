import { exampleSize, type Split } from "../dataset";

/**
 * Conversion of a byte to a number: byte · scale + offset. Each is one number, or one per channel: images are
 * channels last, so value k of an example belongs to channel k mod channels. `standardize` computes both from a
 * split's statistics.
 */
export interface PixelOptions {
  /** Factor. @default 1/255, so that pixels lie in [0, 1] */
  readonly scale?: number | readonly number[];
  /** Summand. @default 0 */
  readonly offset?: number | readonly number[];
}

/**
 * Function that writes the examples `order[start]`, `order[start + 1]`, … (or `start`, `start + 1`, …) into `out`
 * until it is full.
 */
export type Gather = (out: Float32Array, order: Uint32Array | undefined, start: number) => void;

/**
 * Conversion of a split's bytes to numbers.
 * @param who the caller's name, for the message
 * @throws RangeError as {@link pixelTable}
 */
export function gather(who: string, split: Split, options: PixelOptions): Gather {
  const size = exampleSize(split);
  const values = pixelTable(who, size, options);
  const { images } = split;
  if (values.length === 256)
    return (out, order, start) => {
      for (let row = 0, at = 0; at < out.length; row++) {
        let from = (order ? order[start + row]! : start + row) * size;
        for (const end = at + size; at < end; ) out[at++] = values[images[from++]!]!;
      }
    };
  return (out, order, start) => {
    for (let row = 0, at = 0; at < out.length; row++) {
      let from = (order ? order[start + row]! : start + row) * size;
      for (const end = at + size; at < end; )
        for (let channel = 0; channel < values.length; channel += 256) out[at++] = values[channel + images[from++]!]!;
    }
  };
}

/**
 * Table of the number for each of the 256 bytes in each channel, [channels, 256].
 * @param who the caller's name, for the message
 * @param size number of values of one example (or of one pixel): a multiple of the channels
 * @param channels of the table, a multiple of those of the options @default those of the options
 * @throws RangeError unless `scale` and `offset` are finite, and one number or one per channel
 */
export function pixelTable(who: string, size: number, options: PixelOptions, channels?: number): Float32Array {
  const { scale = 1 / 255, offset = 0 } = options;
  const own = Math.max(checkChannels(who, "scale", scale, size), checkChannels(who, "offset", offset, size));
  if ([scale, offset].some((values) => typeof values !== "number" && values.length !== own))
    throw new RangeError(
      `${who}: scale and offset must have the same number of channels; got ${list(scale)} and ${list(offset)}`,
    );
  const of = (values: number | readonly number[], channel: number) =>
    typeof values === "number" ? values : values[channel % own]!;
  return Float32Array.from(
    { length: 256 * (channels ?? own) },
    (_, i) => (i & 255) * of(scale, i >> 8) + of(offset, i >> 8),
  );
}

function checkChannels(who: string, name: string, values: number | readonly number[], size: number): number {
  const all = typeof values === "number" ? [values] : values;
  if (all.length === 0 || size % all.length !== 0)
    throw new RangeError(
      `${who}: ${name} must be one number, or one per channel, where the number of channels divides the ${size} values; ` +
        `got ${list(values)}`,
    );
  for (const value of all)
    if (!Number.isFinite(value))
      throw new RangeError(
        typeof values === "number"
          ? `${who}: ${name} must be a finite number; got ${value}`
          : `${who}: ${name} must hold finite numbers; got ${list(values)}`,
      );
  return all.length;
}

const list = (values: number | readonly number[]) => (typeof values === "number" ? values : `[${values.join(", ")}]`);

/** Same as {@link gather} for examples that are numbers already, [count, size]. */
export const gatherRows =
  (rows: Float32Array, size: number): Gather =>
  (out, order, start) => {
    for (let row = 0, at = 0; at < out.length; row++, at += size) {
      const from = (order ? order[start + row]! : start + row) * size;
      out.set(rows.subarray(from, from + size), at);
    }
  };
