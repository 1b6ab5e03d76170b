import * as tf from "@tensorflow/tfjs-core";
import { sweep } from "@weightcast/random/testing";
import { sizeOf } from "@weightcast/types";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { compileFunction } from "../../compile-function";
import { nodeRuntime } from "../../onnx/runtime";
import { expectGradients } from "../../testing/agree";
import type { Image } from "../../testing/convolutions";
import { floats, small } from "../../testing/samples";

const cases = fc.tuple(small(3), small(9), small(9), small(3)).chain((shape) =>
  fc.record({
    x: floats(shape),
    size: fc.oneof(
      fc.tuple(small(20), small(20)),
      fc.tuple(small(3), small(3)).map(([a, b]): [number, number] => [a * shape[1], b * shape[2]]),
    ),
    corners: fc.constantFrom<readonly [align: boolean, half: boolean]>([false, false], [true, false], [false, true]),
  }),
);

beforeAll(async () => {
  await tf.setBackend("cpu");
});

// Resizing is linear, so that the gradient of Σ c·y with respect to a pixel is Σ c·y of the image with a 1 there. TensorFlow.js's own
// gradients ignore halfPixelCenters, and the cpu backend's exchange rows and columns (bilinear) or images (nearest).
test.each([
  ["bilinear", tf.image.resizeBilinear],
  ["nearest", tf.image.resizeNearestNeighbor],
] as const)("gradient of images resized by %s against resized pixels", async (_, resize) => {
  const { runtime } = await nodeRuntime();
  await fc.assert(
    fc.asyncProperty(cases, async ({ x: { shape }, size, corners: [align, half] }) => {
      const [n, h, w, c] = shape as [number, number, number, number];
      const resized = (a: tf.Tensor) => resize(a as Image, size, align, half);
      const weights = tf.randomUniform([n, ...size, c], -1, 1, "float32", 1);
      const gradient = await compileFunction(
        (a: tf.Tensor) => tf.grad((b: tf.Tensor) => tf.sum(tf.mul(resized(b), weights)))(a),
        { shape, dtype: "float32" },
        { runtime: runtime!, threads: 1 },
      );
      const actual = await gradient.run(new Float32Array(sizeOf(shape)));
      await gradient.release();
      const expected = tf.tidy(() => {
        const pixels = tf.reshape(tf.eye(h * w), [h * w, h, w, 1]) as Image;
        const seen = tf.reshape(resized(pixels), [h * w, size[0] * size[1]]) as tf.Tensor2D;
        return tf.matMul(seen, tf.reshape(weights, [n, size[0] * size[1], c])).dataSync();
      });
      weights.dispose();
      const scale = Math.max(1e-30, ...expected.map(Math.abs));
      for (const [i, e] of expected.entries()) expect(Math.abs(actual[i]! - e)).toBeLessThanOrEqual(1e-5 * scale);
    }),
    { numRuns: sweep(25), seed: 1 },
  );
});

test.each([
  ["bilinear", tf.image.resizeBilinear],
  ["nearest", tf.image.resizeNearestNeighbor],
] as const)("gradient of a square image resized by %s, as in eager execution", async (_, resize) => {
  // With aligned corners, TensorFlow.js never ends for an image of one pixel.
  const squares = fc.tuple(fc.integer({ min: 2, max: 6 }), small(12), fc.boolean());
  await fc.assert(
    fc.asyncProperty(squares, async ([from, to, align]) => {
      const values = Array.from({ length: 2 * from * from }, (_, i) => Math.sin(i));
      const image = { shape: [1, from, from, 2], dtype: "float32" as const, values };
      await expectGradients((a) => resize(a as Image, [to, to], align), [image]);
    }),
    { numRuns: sweep(8), seed: 2 },
  );
});
