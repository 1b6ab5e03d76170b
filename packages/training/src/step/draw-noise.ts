import { stream } from "@weightcast/random";
import { sizeOf } from "@weightcast/types";
import type { Noise } from "./noise";

/**
 * Random numbers of a step, from the streams `dropout/<call>/<step>`; calls are counted from 0.
 * @param noise result of `noiseOf`
 * @param step number of updates done before
 * @param count examples in the batch
 * @returns one array per entry of `noise`, of its shape
 */
export function drawNoise(noise: readonly Noise[], seed: number, step: number, count: number): Float32Array[] {
  return noise.map(({ shape, kind, rate }, call) => {
    const draw = stream(seed, `dropout/${call}/${step}`);
    const values = new Float32Array(sizeOf(noiseShape(shape, count)));
    if (kind === "normal") for (let i = 0; i < values.length; i++) values[i] = draw.normal();
    else fillKept(values, rate, draw.uint32);
    return values;
  });
}

/** Shape of a noise tensor for a batch of `count` examples. */
export const noiseShape = (shape: Noise["shape"], count: number): number[] => shape.map((size) => size ?? count);

/**
 * Fills an array with 0 (probability `rate`) or 1 / (1 − rate). Each draw gives four values, a byte for each. A byte
 * below rate · 256 means 0; only the one byte out of 256 that the rate falls within needs 32 more bits to decide.
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
