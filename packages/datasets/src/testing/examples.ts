import type { Split } from "../dataset";

/** Error that `act` throws. */
export function caught(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("expected an Error to be thrown");
}

/** IDX file of unsigned bytes. */
export function idx(shape: readonly number[], values: Iterable<number>): Uint8Array {
  const bytes = new Uint8Array([0, 0, 8, shape.length, ...shape.flatMap(() => [0, 0, 0, 0]), ...values]);
  const view = new DataView(bytes.buffer);
  for (const [i, axis] of shape.entries()) view.setUint32(4 + 4 * i, axis);
  return bytes;
}

/**
 * Split whose examples can be recognized: example i has the pixels [i mod 256, ⌊i / 256⌋, 7] and the label i mod 10.
 */
export function marked(count: number): Split {
  const indices = Array.from({ length: count }, (_, i) => i);
  return {
    images: Uint8Array.from(indices.flatMap((i) => [i & 255, i >> 8, 7])),
    labels: Uint8Array.from(indices, (i) => i % 10),
    count,
  };
}

/** Indices of the examples of a marked split in `inputs`, whose pixels are multiples of `unit`: 1 or 1/255. */
export function indicesIn(inputs: ArrayLike<number>, unit: number): number[] {
  return Array.from({ length: inputs.length / 3 }, (_, row) =>
    Math.round((inputs[3 * row]! + 256 * inputs[3 * row + 1]!) / unit),
  );
}
