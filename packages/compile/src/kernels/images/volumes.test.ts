import * as tf from "@tensorflow/tfjs-core";
import { sweep } from "@weightcast/random/testing";
import fc from "fast-check";
import { test } from "vitest";
import { expectAgreement, expectBoth } from "../../testing/agree";
import { floats, small } from "../../testing/samples";

/** Volumes and filters that fit them, with strides and padding. */
const cases = fc
  .record({
    n: small(2),
    channels: fc.tuple(small(3), small(3)),
    kernel: fc.tuple(small(3), small(3), small(3)),
    extra: fc.tuple(small(3), small(3), small(3)),
    strides: fc.constantFrom<number | [number, number, number]>(1, 2, [1, 2, 3]),
    pad: fc.constantFrom<"same" | "valid">("same", "valid"),
  })
  .chain(({ n, channels: [inputs, outputs], kernel, extra, strides, pad }) => {
    const sizes = kernel.map((size, axis) => size + extra[axis]! - 1);
    return fc.record({
      x: floats([n, ...sizes, inputs]),
      filter: floats([...kernel, inputs, outputs]),
      strides: fc.constant(strides),
      pad: fc.constant(pad),
    });
  });

type Volume = tf.Tensor5D;

test("convolutions and their gradients", async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ x, filter, strides, pad }) => {
      await expectBoth((a, b) => tf.conv3d(a as Volume, b as Volume, strides, pad), [x, filter]);
    }),
    { numRuns: sweep(25), seed: 1 },
  );
});

test("convolutions with dilations", async () => {
  await fc.assert(
    fc.asyncProperty(
      floats([2, 5, 6, 4, 2]),
      floats([2, 3, 2, 2, 3]),
      fc.constantFrom<[number, number, number]>([2, 1, 3], [1, 2, 2]),
      fc.constantFrom<"same" | "valid">("same", "valid"),
      async (x, filter, dilations, pad) => {
        await expectAgreement((a, b) => tf.conv3d(a as Volume, b as Volume, 1, pad, "NDHWC", dilations), [x, filter]);
      },
    ),
    { numRuns: sweep(4), seed: 2 },
  );
});

test("transposed convolutions, for which TensorFlow.js has no gradient", async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ x, filter, strides, pad }) => {
      type Five = [number, number, number, number, number];
      const info = tf.backend_util.computeConv3DInfo(x.shape as Five, filter.shape as Five, strides, 1, pad);
      const values = Array.from({ length: tf.util.sizeFromShape(info.outShape) }, (_, i) => Math.sin(i));
      const transposed = (a: tf.Tensor, b: tf.Tensor) =>
        tf.conv3dTranspose(a as Volume, b as Volume, x.shape as Five, strides, pad);
      await expectAgreement(transposed, [{ shape: info.outShape, dtype: "float32", values }, filter]);
    }),
    { numRuns: sweep(15), seed: 3 },
  );
});
