import * as tf from "@tensorflow/tfjs-core";
import { sweep } from "@weightcast/random/testing";
import fc from "fast-check";
import { test } from "vitest";
import { expectBoth } from "../../testing/agree";
import type { Image } from "../../testing/convolutions";
import { floats, small } from "../../testing/samples";

test("dilation by a filter and its gradients", async () => {
  const cases = fc.tuple(small(2), small(2), small(3), small(3)).chain(([n, c, kh, kw]) =>
    fc.record({
      x: floats([n, 5, 6, c]),
      filter: floats([kh, kw, c]),
      strides: fc.constantFrom<number | [number, number]>(1, 2, [1, 3]),
      dilations: fc.constantFrom<number | [number, number]>(1, 1, [1, 2]),
      pad: fc.constantFrom<"same" | "valid">("same", "valid"),
    }),
  );
  await fc.assert(
    fc.asyncProperty(cases, async ({ x, filter, strides, dilations, pad }) => {
      const dilated = (a: tf.Tensor, b: tf.Tensor) =>
        tf.dilation2d(a as Image, b as tf.Tensor3D, strides, pad, dilations);
      await expectBoth(dilated, [x, filter]);
    }),
    { numRuns: sweep(10), seed: 1 },
  );
});
