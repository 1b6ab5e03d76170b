import * as tf from "@tensorflow/tfjs-core";
import { sweep } from "@weightcast/random/testing";
import fc from "fast-check";
import { test } from "vitest";
import { expectAgreement } from "../../testing/agree";
import type { Image } from "../../testing/convolutions";
import { floats, integers, small } from "../../testing/samples";

test("boxes of images, resized", async () => {
  const cases = fc.record({
    images: floats([2, 5, 6, 3]),
    boxes: floats([4, 4], { min: -0.25, max: 1.25 }),
    // The third image does not exist.
    of: integers([4], { min: 0, max: 2 }),
    size: fc.tuple(small(4), small(7)),
    method: fc.constantFrom<"bilinear" | "nearest">("bilinear", "nearest"),
    beyond: fc.constantFrom(0, 0.5),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ images, boxes, of, size, method, beyond }) => {
      const cropped = (a: tf.Tensor, b: tf.Tensor, i: tf.Tensor) =>
        tf.image.cropAndResize(a as Image, b as tf.Tensor2D, i as tf.Tensor1D, size, method, beyond);
      await expectAgreement(cropped, [images, boxes, of]);
    }),
    { numRuns: sweep(20), seed: 1 },
  );
});

test("images flipped and rotated", async () => {
  await fc.assert(
    fc.asyncProperty(floats([2, 5, 4, 3]), fc.constantFrom(0, 1, 2.5, -0.5, Math.PI), async (images, radians) => {
      await expectAgreement((a) => tf.image.flipLeftRight(a as Image), [images]);
      for (const [fill, center] of [
        [7, 0.5],
        [[1, 2, 3] as [number, number, number], [0.25, 0.75] as [number, number]],
      ] as const)
        await expectAgreement((a) => tf.image.rotateWithOffset(a as Image, radians, fill, center), [images]);
    }),
    { numRuns: sweep(6), seed: 2 },
  );
});
