import { isNumberType, type NumberType } from "./number-type";
import type { Tensor } from "./tensor";

/**
 * Entries of a tensor as numbers, row-major; integers of 64 bits are rounded to float64.
 *
 * @returns undefined if its entries are no numbers, or not in the file
 */
export function numbersOf(tensor: Tensor): Float64Array | undefined {
  const data = isNumberType(tensor.type) ? tensor.data() : undefined;
  return data && decode(data, tensor.type as NumberType);
}

function decode(data: Uint8Array, type: NumberType): Float64Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const [size, read] = readers[type];
  const result = new Float64Array(data.length / size);
  for (let i = 0; i < result.length; i++) result[i] = read(view, i * size);
  return result;
}

const readers: Readonly<Record<NumberType, readonly [size: number, read: (view: DataView, at: number) => number]>> = {
  float64: [8, (view, at) => view.getFloat64(at, true)],
  float32: [4, (view, at) => view.getFloat32(at, true)],
  float16: [2, (view, at) => half(view.getUint16(at, true))],
  bfloat16: [2, (view, at) => brain(view.getUint16(at, true))],
  int64: [8, (view, at) => Number(view.getBigInt64(at, true))],
  uint64: [8, (view, at) => Number(view.getBigUint64(at, true))],
  int32: [4, (view, at) => view.getInt32(at, true)],
  uint32: [4, (view, at) => view.getUint32(at, true)],
  int16: [2, (view, at) => view.getInt16(at, true)],
  uint16: [2, (view, at) => view.getUint16(at, true)],
  int8: [1, (view, at) => view.getInt8(at)],
  uint8: [1, (view, at) => view.getUint8(at)],
  bool: [1, (view, at) => view.getUint8(at)],
};

/** Number of IEEE 754 half precision. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Number of bfloat16: the upper half of a float32. */
function brain(bits: number): number {
  const word = new DataView(new ArrayBuffer(4));
  word.setUint32(0, bits * 65536);
  return word.getFloat32(0);
}
