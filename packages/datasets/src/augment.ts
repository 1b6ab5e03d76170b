import { stream } from "@weightcast/random";
import { checkInteger, type Split } from "./dataset";
import { type Gather, type PixelOptions, pixelTable } from "./pixels";

/** How training images change from epoch to epoch. */
export interface AugmentOptions {
  /**
   * Pixels of padding on every side, from which a window of the image's size is cut, every place as likely. Padding is
   * what becomes 0 in the network's inputs: the padding of the *normalized* image (with `standardize`: the mean color).
   * @default 0
   */
  readonly crop?: number;
  /** Whether images are mirrored left to right, each with probability 1/2. @default false */
  readonly flip?: boolean;
}

/**
 * Conversion of a split's bytes to numbers, with changes that are a pure function of (seed, epoch, example): one draw
 * for each example, in the split's order, from `stream(seed, "augment/<epoch>")`. Cut first, then mirrored.
 * @param who the caller's name, for the message
 * @param shape of one image: [height, width, channels] or [height, width]
 * @returns the conversion of an epoch
 * @throws RangeError if the shape is not an image's, or an option is out of range
 */
export function augmented(
  who: string,
  { images, count }: Split,
  shape: readonly number[],
  { crop = 0, flip = false, seed, ...pixels }: AugmentOptions & PixelOptions & { readonly seed: number },
): (epoch: number) => Gather {
  if (shape.length !== 2 && shape.length !== 3)
    throw new RangeError(
      `${who}: augment needs a shape of [height, width, channels] or [height, width]; got [${shape.join(", ")}]`,
    );
  const [height, width, channels = 1] = shape as [number, number, number?];
  // At 16383 the ways to change an image still fit in one draw.
  checkInteger(`${who}: augment.crop`, crop, 0, Math.min(height, width, 16384) - 1);
  const values = pixelTable(who, channels, pixels, channels);
  const span = 2 * crop + 1;
  const ways = span * span * (flip ? 2 : 1);
  const line = width * channels;

  return (epoch) => {
    const draws = stream(seed, `augment/${epoch}`);
    const chosen = Uint32Array.from({ length: count }, () => draws.integer(ways));
    return (out, order, start) => {
      for (let row = 0, at = 0; at < out.length; row++) {
        const example = order ? order[start + row]! : start + row;
        const way = chosen[example]!;
        const down = (way % span) - crop;
        const right = (Math.floor(way / span) % span) - crop;
        const mirrored = way >= span * span;
        // The window's columns [left, end) lie on the image; mirrored, they are met from the right.
        const left = Math.max(0, mirrored ? right : -right);
        const end = width - Math.max(0, mirrored ? -right : right);
        const column = (mirrored ? width - 1 - left : left) + right;
        const step = mirrored ? -2 * channels : 0;
        for (let y = down; y < height + down; y++, at += line) {
          if (y < 0 || y >= height) {
            out.fill(0, at, at + line);
            continue;
          }
          out.fill(0, at, at + left * channels);
          let from = ((example * height + y) * width + column) * channels;
          let to = at + left * channels;
          for (const stop = at + end * channels; to < stop; from += step)
            for (let channel = 0; channel < values.length; channel += 256)
              out[to++] = values[channel + images[from++]!]!;
          out.fill(0, to, at + line);
        }
      }
    };
  };
}
