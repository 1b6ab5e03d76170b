import type { Metadata } from "sharp";
import { DatasetError } from "../error";
import { type ImageBytes, readImageBytes } from "./image-bytes";

/** Decoder: the function that the package sharp exports. */
type Sharp = typeof import("sharp")["default"];

/** Size and channels to which every image is converted. */
export interface ImageTarget {
  /** Height and width. @default the image's own */
  readonly size?: readonly [number, number];
  /** Gray or color. @default the image's own */
  readonly channels?: 1 | 3;
}

/** Decoded image, as bytes: [height, width, channels]. */
export interface Image {
  readonly data: Uint8Array;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  /** Height and width before it was resized. */
  readonly own: readonly [number, number];
}

/** Largest image: 7680 × 4320 pixels (8K) with a little to spare. */
const MOST_PIXELS = 2 ** 25;

/** Pixels that are converted to bytes without guessing, by the decoder's names of their color space and type. */
const SPACES: Readonly<Record<string, readonly string[]>> = {
  uchar: ["srgb", "b-w", "cmyk"],
  ushort: ["rgb16", "grey16"],
};

/**
 * Function that reads an image file and converts the image. What comes out is what Pillow's `convert("RGB")` gives: 16 bits become
 * the upper 8, transparency is dropped, color profiles are not applied, CMYK becomes (255 − C)(255 − K)/255 and so on; of an
 * animation or several pages, the first; an orientation is applied in TIFF files, and in no other.
 * @throws DatasetError `absent` if the package sharp cannot be loaded
 */
export async function imageReader({ size, channels }: ImageTarget): Promise<(file: string) => Promise<Image>> {
  const sharp = await loadSharp();
  return async (file) => {
    const image = await readImageBytes(file);
    try {
      // The header first, because a small file can claim any size.
      const decoder = decoderOf(sharp, image);
      const header = await decoder.metadata();
      if (!SPACES[header.depth]?.includes(header.space)) throw strangePixels(file, header);
      const own = await pixelsOf(decoder, header);
      const gray = header.space === "b-w" || header.space === "grey16";
      return await converted(sharp, own, {
        size: size ?? [own.height, own.width],
        channels: channels ?? (gray ? 1 : 3),
      });
    } catch (error) {
      throw error instanceof DatasetError ? error : broken(file, image.format, error);
    }
  };
}

/** Colors of an image: [height, width, 3]. */
export interface Colors {
  readonly data: Uint8Array;
  readonly height: number;
  readonly width: number;
}

/** Image of given colors in another size, not keeping its proportions, and in gray if there is one channel. */
export async function converted(
  sharp: Sharp,
  { data, height: rows, width: columns }: Colors,
  { size: [height, width], channels }: Required<ImageTarget>,
): Promise<Image> {
  // From the decoded pixels: if resized while decoding, colors would be weighted by their opacity.
  const colors =
    height === rows && width === columns
      ? data
      : await sharp(data, { raw: { width: columns, height: rows, channels: 3 } })
          .resize({ width, height, fit: "fill" })
          .raw()
          .toBuffer();
  return { data: channels === 3 ? colors : luma(colors), height, width, channels, own: [rows, columns] };
}

const decoderOf = (sharp: Sharp, { bytes, format }: ImageBytes) =>
  sharp(bytes, { limitInputPixels: MOST_PIXELS, ignoreIcc: true, autoOrient: format === "TIFF" });

/** Pixels of an image in its own size: [height, width, 3]. */
async function pixelsOf(decoder: ReturnType<typeof decoderOf>, { space }: Metadata) {
  const converted =
    space === "cmyk"
      ? decoder.pipelineColourspace("cmyk").toColourspace("cmyk")
      : decoder.removeAlpha().toColourspace("srgb");
  const { data, info } = await converted.raw().toBuffer({ resolveWithObject: true });
  return { data: space === "cmyk" ? fromInks(data) : data, height: info.height, width: info.width };
}

/** Colors of CMYK pixels, (255 − C)(255 − K)/255 and so on, rounded as in Pillow. */
function fromInks(inks: Uint8Array): Uint8Array {
  const colors = new Uint8Array((inks.length / 4) * 3);
  for (let from = 0, to = 0; from < inks.length; from += 4)
    for (let ink = 0; ink < 3; ink++, to++) {
      const product = (255 - inks[from + ink]!) * (255 - inks[from + 3]!) + 128;
      colors[to] = ((product >> 8) + product) >> 8;
    }
  return colors;
}

/**
 * Luma of ITU-R BT.601, (299 R + 587 G + 114 B)/1000, with 16-bit weights as in Pillow, so that gray stays unchanged.
 */
function luma(colors: Uint8Array): Uint8Array {
  const gray = new Uint8Array(colors.length / 3);
  for (let i = 0, at = 0; i < gray.length; i++, at += 3)
    gray[i] = (19595 * colors[at]! + 38470 * colors[at + 1]! + 7471 * colors[at + 2]! + 0x8000) >> 16;
  return gray;
}

/** Decoder. @throws DatasetError `absent` if the package sharp cannot be loaded */
export async function loadSharp(): Promise<Sharp> {
  try {
    return (await import("sharp")).default;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new DatasetError(
      "absent",
      {
        file: "sharp",
        rule: "be an installed package, as it decodes images",
        found: `"${message.split("\n")[0]}"`,
        advice: "npm install sharp",
      },
      error,
    );
  }
}

const strangePixels = (file: string, { space, depth }: Metadata) =>
  new DatasetError("wrong-format", {
    file,
    rule: "have pixels of 8 or 16 bits in gray or RGB, or of 8 bits in CMYK",
    found: `${space} of type ${depth}`,
    advice: "convert it to an 8-bit PNG, scaled as you want it",
  });

function broken(file: string, format: string, error: unknown): DatasetError {
  const message = error instanceof Error ? error.message : String(error);
  return /pixel limit/.test(message)
    ? new DatasetError(
        "oversize",
        {
          file,
          rule: `have at most ${MOST_PIXELS} pixels`,
          found: "a header that states more",
          advice: "make it smaller or remove it",
        },
        error,
      )
    : new DatasetError(
        "corrupt",
        {
          file,
          rule: `be a whole ${format} image`,
          found: `"${message.split("\n")[0]}"`,
          advice: "replace or remove it",
        },
        error,
      );
}
