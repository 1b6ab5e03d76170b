/** Bits of a stored number. */
export type Bits = 8 | 16;

/**
 * Vectors as text: each scaled so that its largest magnitude is the largest integer of so many bits, rounded, one after the other, low byte
 * first, in hexadecimal digits. Only their directions are kept.
 */
export function packVectors(vectors: readonly Float64Array[], bits: Bits): string {
  const length = vectors[0]!.length;
  const view = new DataView(new ArrayBuffer((vectors.length * length * bits) / 8));
  vectors.forEach((vector, k) => {
    const scale = (2 ** (bits - 1) - 1) / vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    vector.forEach((value, i) => {
      const at = k * length + i;
      if (bits === 16) view.setInt16(2 * at, Math.round(value * scale), true);
      else view.setInt8(at, Math.round(value * scale));
    });
  });
  // Not base64: the recipe of a layer is saved with six characters for every capital letter, because of tf.layers.
  return Array.from(new Uint8Array(view.buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Integers in a text of {@link packVectors}.
 * @returns vectors, [length] each; undefined if the text is not hexadecimal, or not of whole vectors
 */
export function unpackVectors(text: string, length: number, bits: Bits): readonly Float64Array[] | undefined {
  const count = (4 * text.length) / (length * bits);
  if (count === 0 || !Number.isInteger(count) || !/^[0-9a-f]*$/.test(text)) return undefined;
  const view = new DataView(new ArrayBuffer(text.length / 2));
  for (let at = 0; at < view.byteLength; at++) view.setUint8(at, Number.parseInt(text.slice(2 * at, 2 * at + 2), 16));
  const read = (at: number) => (bits === 16 ? view.getInt16(2 * at, true) : view.getInt8(at));
  return Array.from({ length: count }, (_, k) => Float64Array.from({ length }, (_, i) => read(k * length + i)));
}
