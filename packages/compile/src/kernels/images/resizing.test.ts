import * as tf from "@tensorflow/tfjs-core";
import { sweep } from "@weightcast/random/testing";
import fc from "fast-check";
import { test } from "vitest";
import { expectAgreement, expectBoth } from "../../testing/agree";
import type { Image } from "../../testing/convolutions";
import { floats, small } from "../../testing/samples";

const cases = fc.tuple(small(3), small(9), small(9), small(3)).chain((shape) =>
  fc.record({
    x: floats(shape),
    size: fc.tuple(small(20), small(20)),
    corners: fc.constantFrom<readonly [align: boolean, half: boolean]>([false, false], [true, false], [false, true]),
  }),
);

test.each([
  ["bilinear", tf.image.resizeBilinear],
  ["nearest", tf.image.resizeNearestNeighbor],
] as const)("resized, %s", async (_, resize) => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ x, size, corners: [align, half] }) => {
      await expectAgreement((a) => resize(a as Image, size, align, half), [x]);
    }),
    { numRuns: sweep(40), seed: 1 },
  );
});

test("channels to blocks of pixels", async () => {
  await fc.assert(
    fc.asyncProperty(floats([2, 2, 3, 18]), async (x) => {
      await expectAgreement((a) => tf.depthToSpace(a as Image, 3, "NHWC"), [x]);
    }),
    { numRuns: sweep(3), seed: 2 },
  );
});

test("pixels to images and back, and their gradients", async () => {
  await fc.assert(
    fc.asyncProperty(floats([2, 4, 5, 2]), floats([12, 2, 3, 2]), async (x, y) => {
      const batches = (a: tf.Tensor) =>
        tf.spaceToBatchND(
          a,
          [2, 3],
          [
            [1, 1],
            [0, 1],
          ],
        );
      const space = (a: tf.Tensor) =>
        tf.batchToSpaceND(
          a,
          [2, 3],
          [
            [1, 0],
            [2, 1],
          ],
        );
      for (const [fn, sample] of [
        [batches, x],
        [space, y],
      ] as const)
        await expectBoth(fn, [sample]);
    }),
    { numRuns: sweep(4), seed: 3 },
  );
});
