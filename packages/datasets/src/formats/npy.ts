import { sizeOf } from "@weightcast/types";
import { DatasetError } from "../error";

/** Array of numbers with a shape. */
export interface NpyArray {
  readonly shape: readonly number[];
  /** prod(shape) numbers, row-major. */
  readonly data: Float32Array;
}

/** Types that are read, by NumPy's name without the order of bytes, and bytes of a number. */
const types: Readonly<Record<string, readonly [size: number, read: (view: DataView, at: number) => number]>> = {
  f4: [4, (view, at) => view.getFloat32(at, true)],
  f8: [8, (view, at) => view.getFloat64(at, true)],
  i4: [4, (view, at) => view.getInt32(at, true)],
  i8: [8, (view, at) => Number(view.getBigInt64(at, true))],
  u1: [1, (view, at) => view.getUint8(at)],
  i1: [1, (view, at) => view.getInt8(at)],
};

/**
 * Array in an NPY file, as `numpy.save` writes it (NEP 1): a magic word, a header in Python's notation, then the numbers. They are read
 * as float32.
 *
 * @param where name of the bytes in errors: usually the file's path
 * @throws DatasetError `wrong-format`, `truncated` or `trailing`
 */
export function parseNpy(bytes: Uint8Array, where: string): NpyArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wrong = (rule: string, found: string) =>
    new DatasetError("wrong-format", { file: where, rule, found, advice: "save float32 by numpy.save, in C order" });
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY
  if (bytes.length < 12 || magic.some((byte, i) => bytes[i] !== byte))
    throw wrong("begin with the magic word of NPY files", `${bytes.length} bytes of another kind`);
  const wide = bytes[6]! >= 2;
  const start = (wide ? 12 : 10) + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  const header = new TextDecoder().decode(bytes.subarray(wide ? 12 : 10, start));
  const [, type = ""] = /'descr':\s*'[<|=]([a-z]\d)'/.exec(header) ?? [];
  const [, tuple] = /'shape':\s*\(([\d, ]*)\)/.exec(header) ?? [];
  const known = Object.hasOwn(types, type) ? types[type] : undefined;
  if (!known || tuple === undefined || !/'fortran_order':\s*False/.test(header))
    throw wrong(`hold numbers of one of ${Object.keys(types).join(", ")}, little-endian, in C order`, header.trim());
  const shape = tuple.split(",").flatMap((length) => (length.trim() === "" ? [] : [Number(length)]));
  const [size, read] = known;
  const expected = start + size * sizeOf(shape);
  if (bytes.length !== expected)
    throw new DatasetError(bytes.length < expected ? "truncated" : "trailing", {
      ...{ file: where, rule: `have ${expected} bytes, for ${type} [${shape}]`, found: `${bytes.length}` },
      advice: "save it again",
    });
  return { shape, data: Float32Array.from({ length: sizeOf(shape) }, (_, i) => read(view, start + i * size)) };
}
