import { stream } from "@weightcast/random";
import { sizeOf } from "@weightcast/types";
import { checkInteger, exampleSize, type Split } from "../dataset";
import { type Gather, type PixelOptions, pixelTable } from "./pixels";

/** Random changes of training images, different in every epoch. */
export interface AugmentOptions {
  /**
   * Pixels of padding on every side of the image; a window of the image's size is cut from it, with every position
   * equally likely. Padding is 0 in the network's inputs: it is the padding of the *normalized* image (with
   * `standardize`, the mean color).
   * @default 0
   */
  readonly crop?: number;
  /** Whether images are mirrored left to right, each with probability 1/2. @default false */
  readonly flip?: boolean;
  /**
   * Shape of the images, [height, width, channels] or [height, width], if the network takes them in another shape,
   * such as [784].
   * @default the source's shape
   */
  readonly shape?: readonly number[];
}

/**
 * Conversion of a split's bytes to numbers with random changes, a pure function of (seed, epoch, example): one draw per
 * example, in the split's order, from `stream(seed, "augment/<epoch>")`. Images are cut first, then mirrored.
 * @param who the caller's name, for the message
 * @param inputShape shape of one example as the network takes it: that of the images, unless the options have another
 * @returns the conversion for an epoch
 * @throws RangeError if the shape is not that of an image, or an option is out of range
 */
export function augmented(
  who: string,
  split: Split,
  inputShape: readonly number[],
  options: AugmentOptions & PixelOptions & { readonly seed: number },
): (epoch: number) => Gather {
  const { crop = 0, flip = false, shape, seed, ...pixels } = options;
  const { images, count } = split;
  const [height, width, channels] = imageShape(who, inputShape, shape, exampleSize(split));
  // At 16383, the ways to change an image still fit in one draw.
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
        // The window's columns [left, end) lie on the image; if mirrored, they are read from the right.
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

/** Height, width and channels of the images: from `augment.shape`, or else from the shape of the inputs. */
function imageShape(
  who: string,
  inputShape: readonly number[],
  shape: readonly number[] | undefined,
  size: number,
): readonly [number, number, number] {
  const axes = shape ?? inputShape;
  const text = `[${axes.join(", ")}]`;
  if (shape && !(shape.every((axis) => Number.isInteger(axis) && axis > 0) && sizeOf(shape) === size))
    throw new RangeError(
      `${who}: augment.shape must be positive integers whose product is ${size}, the values of one example; got ${text}`,
    );
  if (axes.length !== 2 && axes.length !== 3)
    throw new RangeError(
      shape
        ? `${who}: augment.shape must be [height, width, channels] or [height, width]; got ${text}`
        : `${who}: augment needs a shape of [height, width, channels] or [height, width]; got ${text}: ` +
            "pass the shape of the images as augment.shape",
    );
  const [height, width, channels = 1] = axes as [number, number, number?];
  return [height, width, channels];
}
