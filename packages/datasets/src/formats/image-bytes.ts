import { DatasetError } from "../error";
import { withOpenFile } from "../files/data-file";
import { decodedFormats, type ImageFormat, imageFormat, SIGNATURE_BYTES } from "./image-format";

/** Largest image file: 64 MiB. No training image is larger. */
const LARGEST_FILE = 2 ** 26;

/** Bytes of an image file, and the name of its format. */
export interface ImageBytes {
  readonly bytes: Uint8Array;
  readonly format: string;
}

/**
 * Reads an image file of a format that is decoded here. Its first bytes decide, not its name.
 * @throws DatasetError if it cannot be read, is too large, or is not such an image
 */
export function readImageBytes(file: string): Promise<ImageBytes> {
  return withOpenFile(file, async (handle, size) => {
    if (size > LARGEST_FILE)
      throw new DatasetError("oversize", {
        file,
        rule: `be at most ${LARGEST_FILE} bytes long`,
        found: `${size}`,
        advice: "make it smaller or remove it",
      });
    const bytes = await handle.readFile();
    const format = imageFormat(bytes);
    // The decoder knows more formats, and some of them, such as SVG, can run code: it gets none of these.
    if (!format?.decoded) throw notDecoded(file, bytes, format);
    return { bytes, format: format.name };
  });
}

/** Format of a file if its first bytes are those of an image; undefined also if it cannot be read. */
export const formatOfFile = (file: string): Promise<ImageFormat | undefined> =>
  withOpenFile(file, async (handle) => {
    const head = new Uint8Array(SIGNATURE_BYTES);
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    return imageFormat(head.subarray(0, bytesRead));
  }).catch(() => undefined);

function notDecoded(file: string, bytes: Buffer, format: ImageFormat | undefined): DatasetError {
  const rule = `be a ${decodedFormats} image`;
  if (format)
    return new DatasetError("wrong-format", {
      file,
      rule,
      found: format.name,
      advice: "convert it to PNG, for instance with ImageMagick: magick mogrify -format png FILE",
    });
  const begins = `a file that begins with 0x${bytes.toString("hex", 0, 4)}`;
  const found = bytes.length === 0 ? "an empty file" : bytes.every((byte) => byte === 0) ? "a file of zeros" : begins;
  const advice = "replace it, remove it, or move it out of the folders of the classes";
  return new DatasetError("wrong-format", { file, rule, found, advice });
}
