/** Format of an image file, told by its first bytes. */
export interface ImageFormat {
  /** Name of the format for readers. */
  readonly name: string;
  /** Whether images of this format are decoded here. */
  readonly decoded: boolean;
}

/** Bytes from the beginning of a file that {@link imageFormat} needs. */
export const SIGNATURE_BYTES = 64;

/** Test of a file's first bytes, as Latin-1 text. */
type Test = (head: string) => boolean;

/** Test for one of several beginnings. */
const begins =
  (...texts: readonly string[]): Test =>
  (head) =>
    texts.some((text) => head.startsWith(text));

/** Test for a brand of the container of AVIF and HEIC; a file states several. */
const branded =
  (brand: RegExp): Test =>
  (head) =>
    head.startsWith("ftyp", 4) && (head.slice(8).match(/[^\n]{4}/g) ?? []).some((text) => brand.test(text));

/** Formats, each with its test; the first that fits decides. */
const FORMATS: readonly (ImageFormat & { readonly fits: Test })[] = [
  { name: "PNG", decoded: true, fits: begins("\x89PNG\r\n\x1a\n") },
  { name: "JPEG", decoded: true, fits: begins("\xff\xd8\xff") },
  { name: "WebP", decoded: true, fits: (head) => head.startsWith("RIFF") && head.startsWith("WEBP", 8) },
  { name: "GIF", decoded: true, fits: begins("GIF87a", "GIF89a") },
  { name: "TIFF", decoded: true, fits: begins("II*\0", "MM\0*") },
  { name: "AVIF", decoded: true, fits: branded(/^avi[fs]$/) },
  { name: "HEIC", decoded: false, fits: branded(/^(hei|hev|mif|msf)/) },
  { name: "BigTIFF", decoded: false, fits: begins("II+\0", "MM\0+") },
  { name: "BMP", decoded: false, fits: (head) => head.startsWith("BM") && head.startsWith("\0\0\0\0", 6) },
  { name: "JPEG XL", decoded: false, fits: begins("\0\0\0\x0cJXL ", "\xff\x0a") },
  { name: "JPEG 2000", decoded: false, fits: begins("\0\0\0\x0cjP  ", "\xff\x4f\xff\x51") },
  { name: "PBM, PGM or PPM", decoded: false, fits: (head) => /^P[1-7]\s/.test(head) },
  { name: "ICO", decoded: false, fits: begins("\0\0\x01\0", "\0\0\x02\0") },
  { name: "PSD", decoded: false, fits: begins("8BPS") },
  { name: "OpenEXR", decoded: false, fits: begins("v/1\x01") },
  { name: "SVG", decoded: false, fits: (head) => /^(\xef\xbb\xbf)?\s*(<\?xml|<svg|<!DOCTYPE svg)/i.test(head) },
];

/**
 * Format of an image file, if its first bytes are those of a known one.
 * @param head the first {@link SIGNATURE_BYTES} bytes of the file, or more, or all if it has fewer
 */
export function imageFormat(head: Uint8Array): ImageFormat | undefined {
  const text = Buffer.from(head.subarray(0, SIGNATURE_BYTES)).toString("latin1");
  return FORMATS.find(({ fits }) => fits(text));
}

/** Names of the formats that are decoded, for messages: "PNG, JPEG, … or AVIF". */
export const decodedFormats: string = FORMATS.filter(({ decoded }) => decoded)
  .map(({ name }) => name)
  .join(", ")
  .replace(/, (?=[^,]*$)/, " or ");
