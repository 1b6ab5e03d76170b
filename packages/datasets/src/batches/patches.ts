import { stream } from "@weightcast/random";
import type { Matrix } from "@weightcast/types";
import { checkInteger, checkSplit, type Split } from "../dataset";
import { type PixelOptions, pixelTable } from "./pixels";

/** Options of {@link patches}. */
export interface PatchOptions extends PixelOptions {
  /** Side of a patch, in pixels. */
  readonly size: number;
  /** Total number of patches. */
  readonly count: number;
  /** Seed of the choice of images and positions, any safe integer. @default 0 */
  readonly seed?: number;
}

/** Patches per matrix. */
const rows = 1000;

/**
 * Random square patches of a split's images, in the form in which `samples` returns whole images: each call starts
 * from the first patch and yields all of them as matrices [1000, size · size · channels] (the last may have fewer
 * rows), each patch row by row, channels last. Image and position are uniform, with replacement, drawn from
 * `stream(seed, "patches")`.
 * @param shape of one image: [height, width, channels] or [height, width]
 * @throws RangeError if the shape is not that of the split's images, or an option is out of range
 */
export function patches(split: Split, shape: readonly number[], options: PatchOptions): () => Iterable<Matrix> {
  const { size, count, seed = 0 } = options;
  const [height = 0, width = 0, channels = 1] = shape;
  if ((shape.length !== 2 && shape.length !== 3) || height * width * channels !== checkSplit("patches", split))
    throw new RangeError(
      `patches: shape must be [height, width, channels] or [height, width], with the values of an example as product; ` +
        `got [${shape.join(", ")}]`,
    );
  checkInteger("patches: size", size, 1, Math.min(height, width));
  checkInteger("patches: count", count, 1, 2 ** 31 - 1);
  checkInteger("patches: seed", seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  const values = pixelTable("patches", channels, options, channels);
  const { images } = split;
  const line = size * channels;

  return function* () {
    const { integer } = stream(seed, "patches");
    for (let done = 0; done < count; done += rows) {
      const some = Math.min(rows, count - done);
      const data = new Float32Array(some * size * line);
      for (let at = 0; at < data.length; ) {
        const top = integer(split.count) * height + integer(height - size + 1);
        const left = integer(width - size + 1);
        for (let y = top; y < top + size; y++) {
          let from = (y * width + left) * channels;
          for (const end = at + line; at < end; )
            for (let channel = 0; channel < values.length; channel += 256)
              data[at++] = values[channel + images[from++]!]!;
        }
      }
      yield { rows: some, cols: size * line, data };
    }
  };
}
