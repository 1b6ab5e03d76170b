import { readFile, stat } from "node:fs/promises";
import { DatasetError } from "../error";
import { unreadable } from "../files/file-errors";

/** Decoder: the function that the package sharp exports. */
type Sharp = typeof import("sharp");

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
}

/** Largest image: 64 MiB, and 7680 × 4320 pixels (8K) with a little to spare. No training image is larger. */
const LARGEST_FILE = 2 ** 26;
const MOST_PIXELS = 2 ** 25;

/**
 * Function that reads an image file and converts the image.
 * @throws DatasetError `absent` if the package sharp cannot be loaded
 */
export async function imageReader({ size, channels }: ImageTarget): Promise<(file: string) => Promise<Image>> {
  const sharp = await load();
  return async (file) => {
    const bytes = await read(file);
    try {
      // The header first, because a small file can claim any size.
      const decoder = sharp(bytes, { limitInputPixels: MOST_PIXELS });
      const header = await decoder.metadata();
      const raw = await decoder.removeAlpha().toColourspace("srgb").raw().toBuffer();
      const [height, width] = size ?? [header.height, header.width];
      // From the decoded pixels: if resized while decoding, colors would be weighted by their opacity.
      const colors =
        height === header.height && width === header.width
          ? raw
          : await sharp(raw, { raw: { width: header.width, height: header.height, channels: 3 } })
              .resize({ width, height, fit: "fill" })
              .raw()
              .toBuffer();
      const gray = header.space === "b-w" || header.space === "grey16";
      return (channels ?? (gray ? 1 : 3)) === 3
        ? { data: colors, height, width, channels: 3 }
        : { data: luma(colors), height, width, channels: 1 };
    } catch (error) {
      throw broken(file, error);
    }
  };
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

async function load(): Promise<Sharp["default"]> {
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

async function read(file: string): Promise<Uint8Array> {
  const found = await stat(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  const finding = { file, rule: "be a PNG or JPEG image", advice: "replace or remove it" };
  if (!found.isFile()) throw new DatasetError("wrong-format", { ...finding, found: "no file" });
  if (found.size > LARGEST_FILE)
    throw new DatasetError("oversize", {
      file,
      rule: `be at most ${LARGEST_FILE} bytes long`,
      found: `${found.size}`,
      advice: "make it smaller or remove it",
    });
  const bytes = await readFile(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  // The decoder knows more formats, and some of them, such as SVG, can run code: it gets none of these.
  const magic = bytes.toString("latin1", 0, 8);
  if (magic !== "\x89PNG\r\n\x1a\n" && !magic.startsWith("\xff\xd8\xff"))
    throw new DatasetError("wrong-format", {
      ...finding,
      found: bytes.length === 0 ? "an empty file" : `one that begins with 0x${bytes.toString("hex", 0, 4)}`,
    });
  return bytes;
}

function broken(file: string, error: unknown): DatasetError {
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
        { file, rule: "be a whole PNG or JPEG image", found: `"${message}"`, advice: "replace or remove it" },
        error,
      );
}
