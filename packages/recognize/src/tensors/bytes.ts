import { entryBytes, type NumberType } from "./number-type";

/** Numbers as bytes of a type, little-endian. */
export function bytesOf(values: ArrayLike<number>, type: NumberType): Uint8Array {
  const size = entryBytes[type];
  const result = new Uint8Array(values.length * size);
  const view = new DataView(result.buffer);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (type === "float64") view.setFloat64(i * 8, value, true);
    else if (type === "float32") view.setFloat32(i * 4, value, true);
    else if (type === "int64") view.setBigInt64(i * 8, BigInt(value), true);
    else if (type === "int32") view.setInt32(i * 4, value, true);
    else if (type === "uint8") view.setUint8(i, value);
    else throw new RangeError(`bytesOf: type must be float64, float32, int64, int32 or uint8; got ${type}`);
  }
  return result;
}
