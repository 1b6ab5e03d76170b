import { stream } from "@weightcast/random";
import type { Noise } from "./noise";

/**
 * The noise of a step: of the streams `dropout/<call>/<step>`, calls counted from 0.
 * @param step updates done before
 * @param count samples in the batch
 */
export function drawNoise(noise: readonly Noise[], seed: number, step: number, count: number): Float32Array[] {
  return noise.map(({ shape, kind, rate }, call) => {
    const draw = stream(seed, `dropout/${call}/${step}`);
    const values = new Float32Array(sizesOf(shape, count).reduce((a, b) => a * b, 1));
    if (kind === "normal") for (let i = 0; i < values.length; i++) values[i] = draw.normal();
    else fillKept(values, rate, draw.uint32);
    return values;
  });
}

/** A noise's shape for so many samples. */
export const sizesOf = (shape: Noise["shape"], count: number): number[] => shape.map((size) => size ?? count);

/**
 * Four values from every draw: a byte decides, except the one in 256 that the rate falls into, which 32 more bits divide.
 */
function fillKept(values: Float32Array, rate: number, uint32: () => number): void {
  const edge = Math.floor(rate * 256);
  const beyond = (rate * 256 - edge) * 2 ** 32;
  const ofByte = Float64Array.from({ length: 256 }, (_, byte) => (byte < edge ? 0 : 1 / (1 - rate)));
  let bits = 0;
  for (let i = 0; i < values.length; i++) {
    bits = i % 4 === 0 ? uint32() : bits >>> 8;
    const byte = bits & 255;
    values[i] = byte === edge && uint32() < beyond ? 0 : ofByte[byte]!;
  }
}
