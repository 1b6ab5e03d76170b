/*
 * 16-bit floating-point numbers. Float16Array is in no engine that Node 20 has.
 */

const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);

/** Bits of the float16 nearest to a number, ties to even (IEEE 754). Beyond 65519.99… that is infinity. */
export function toHalf(value: number): number {
  float[0] = value;
  const bits = word[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const size = bits & 0x7fffffff;
  if (size > 0x7f800000) return sign | 0x7e00;
  if (size >= 0x477ff000) return sign | 0x7c00;
  // Below 2⁻¹⁴ all halves are multiples of 2⁻²⁴, and products with a power of two are exact.
  if (size < 0x38800000) return sign | roundEven(Math.abs(float[0]) * 2 ** 24);
  return sign | ((size - 0x38000000 + 0xfff + ((size >>> 13) & 1)) >>> 13);
}

/** Number of a float16's bits. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

/** Bits of the bfloat16 nearest to a number, ties to even. */
export function toBfloat(value: number): number {
  float[0] = value;
  const bits = word[0]!;
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40;
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

/** Number of a bfloat16's bits. */
export function fromBfloat(bits: number): number {
  word[0] = bits << 16;
  return float[0]!;
}

/** Nearest integer, ties to even. */
export function roundEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below;
}
