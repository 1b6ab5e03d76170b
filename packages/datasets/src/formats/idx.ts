import { DatasetError } from "../error";

/** Array of bytes with a shape. */
export interface IdxArray {
  readonly shape: readonly number[];
  /** prod(shape) values, row-major; a view of the parsed bytes. */
  readonly data: Uint8Array;
}

/** Header of an IDX file. */
export interface IdxHeader {
  readonly shape: readonly number[];
  /** Bytes of the whole file, header included. */
  readonly length: number;
}

/** Largest file that is read: 2 GiB − 1, the most that Node reads at once and forty times MNIST. */
const LARGEST_FILE = 2 ** 31 - 1;

/** Bytes of the header of an IDX file with the given number of axes. */
export const headerLength = (axes: number): number => 4 + 4 * axes;

/**
 * Array in an IDX file: two zero bytes, the type (8: unsigned byte), the number of axes, each axis as a big-endian
 * 32-bit integer, then the values (LeCun, Cortes, Burges, *The MNIST database*). Nothing is copied or allocated.
 *
 * @param bytes the whole file, decompressed
 * @param where name of the bytes in errors: usually the file's path
 * @param axes number of axes it must have: 3 for images, 1 for labels @default any
 * @throws DatasetError `wrong-format`, `oversize`, `truncated` or `trailing`
 */
export function parseIdx(bytes: Uint8Array, where: string, axes?: number): IdxArray {
  const { shape, length } = parseIdxHeader(bytes, where, axes);
  checkLength(where, { shape, length }, bytes.length);
  const start = headerLength(shape.length);
  return { shape, data: new Uint8Array(bytes.buffer, bytes.byteOffset + start, length - start) };
}

/**
 * Header of an IDX file.
 * @param bytes the file, or enough of its beginning to hold the header
 * @throws DatasetError `wrong-format`, `oversize` or `truncated`
 */
export function parseIdxHeader(bytes: Uint8Array, where: string, axes?: number): IdxHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4) throw endsInHeader(where, axes ?? 0, bytes.length);
  const magic = view.getUint32(0);
  const found = magic & 0xff;
  if (magic >>> 8 !== 0x08 || found < 1 || (axes !== undefined && found !== axes))
    throw new DatasetError("wrong-format", {
      file: where,
      rule: `begin with ${axes === undefined ? "0x000008 and the number of axes" : `${hex(0x800 + axes)}${kind(axes)}`}`,
      found: `${hex(magic)}${magic >>> 8 === 0x08 ? kind(found) : foreign(magic)}`,
      advice: "see that each file holds what its name says",
    });
  if (bytes.length < headerLength(found)) throw endsInHeader(where, found, bytes.length);
  const shape = Array.from({ length: found }, (_, axis) => view.getUint32(4 + 4 * axis));
  const length = headerLength(found) + shape.reduce((product, axis) => product * axis, 1);
  if (!(length <= LARGEST_FILE))
    throw new DatasetError("oversize", {
      file: where,
      rule: `be at most ${LARGEST_FILE} bytes long`,
      found: `a header of shape ${JSON.stringify(shape)}, ${length} bytes`,
      advice: "its header is damaged, or the file must be divided",
    });
  return { shape, length };
}

/**
 * Checks the number of bytes against the header.
 * @param found number of bytes, or "more" if reading stopped before the end
 * @throws DatasetError `truncated` or `trailing`
 */
export function checkLength(where: string, { shape, length }: IdxHeader, found: number | "more"): void {
  if (found === length) return;
  throw new DatasetError(found !== "more" && found < length ? "truncated" : "trailing", {
    file: where,
    rule: `hold ${length} bytes, as its header of shape ${JSON.stringify(shape)} says`,
    found: `${found}`,
    advice: "fetch it again",
  });
}

const endsInHeader = (file: string, axes: number, length: number) =>
  new DatasetError("truncated", {
    file,
    rule: `hold a header of at least ${headerLength(axes)} bytes`,
    found: `${length}`,
    advice: "fetch it again",
  });

const hex = (magic: number): string => `0x${magic.toString(16).padStart(8, "0")}`;

const kind = (axes: number): string => (axes === 3 ? " (images)" : axes === 1 ? " (labels)" : ` (${axes} axes)`);

function foreign(magic: number): string {
  if (magic >>> 16 === 0x1f8b) return " (gzip: decompress it first)";
  return magic >>> 16 === 0 ? " (IDX, but not of unsigned bytes)" : " (not an IDX file)";
}
