/*
 * Integers of 2 and 4 bits, several to a byte: the first one in the lowest bits, as two's complement.
 */

/** Bytes of integers. @param bits 2 or 4 */
export function pack(integers: Int8Array, bits: number): Uint8Array {
  const each = 8 / bits;
  const bytes = new Uint8Array(Math.ceil(integers.length / each));
  integers.forEach((value, i) => {
    bytes[Math.floor(i / each)]! |= (value & (2 ** bits - 1)) << (bits * (i % each));
  });
  return bytes;
}

/** Integers of bytes: {@link pack} the other way. @param count number of integers */
export function unpack(bytes: Uint8Array, bits: number, count: number): Int8Array {
  const each = 8 / bits;
  const up = 32 - bits;
  return Int8Array.from(
    { length: count },
    (_, i) => ((bytes[Math.floor(i / each)]! >>> (bits * (i % each))) << up) >> up,
  );
}
