import * as tf from "@tensorflow/tfjs-core";
import { sweep } from "@weightcast/random/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { expectAgreement, expectBoth, expectGradients } from "../../testing/agree";
import { expectConvolutions, fused, type Image } from "../../testing/convolutions";
import { floats, small, windows } from "../../testing/samples";
import { trace } from "../../trace/trace";

const cases = fc.tuple(windows, small(3)).chain(([{ c, kh, kw, image }, m]) =>
  fc.record({
    x: floats(image),
    filter: floats([kh, kw, c, m]),
    bias: floats([c * m]),
    pointwise: floats([1, 1, c * m, 2]),
    strides: fc.constantFrom<number | [number, number]>(1, 1, 2, 3, [1, 2]),
    pad: fc.constantFrom<"same" | "valid">("same", "valid"),
  }),
);

test("depthwise convolutions and their gradients", () =>
  expectConvolutions(
    cases,
    ({ strides, pad }) =>
      (a, b) =>
        tf.depthwiseConv2d(a, b, strides, pad),
    { numRuns: sweep(25), seed: 1 },
  ));

test("the gradient of a large filter, with strides that leave pixels at the border and several filters a channel", async () => {
  const options = fc.record({
    x: floats([2, 10, 9, 2]),
    filter: fc.constantFrom([7, 7, 2, 2], [8, 7, 2, 1]).chain(floats),
    strides: fc.constantFrom<number | [number, number]>(1, 2, [1, 2]),
    pad: fc.constantFrom<"same" | "valid">("same", "valid"),
  });
  const convolution =
    ({ strides, pad }: { strides: number | [number, number]; pad: "same" | "valid" }) =>
    (a: Image, b: Image) =>
      tf.depthwiseConv2d(a, b, strides, pad);
  await expectConvolutions(options, convolution, { numRuns: sweep(6), seed: 5 });
});

test("depthwise convolutions with padding by numbers and with dilations", async () => {
  const options = fc.record({
    x: floats([2, 9, 9, 3]),
    filter: floats([3, 3, 3, 2]),
    pad: fc.constantFrom<number | "same">(0, 1, 2, "same"),
    dilation: small(3),
  });
  await fc.assert(
    fc.asyncProperty(options, async ({ x, filter, pad, dilation }) => {
      const dilated = (a: tf.Tensor, b: tf.Tensor) =>
        tf.depthwiseConv2d(a as Image, b as Image, 1, pad, "NHWC", dilation);
      await expectAgreement(dilated, [x, filter]);
      if (dilation === 1) await expectGradients(dilated, [x, filter]);
    }),
    { numRuns: sweep(10), seed: 2 },
  );
});

test("separable convolutions and their gradients", async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ x, filter, pointwise, strides, pad }) => {
      const separable = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) =>
        tf.separableConv2d(a as Image, b as Image, c as Image, strides as [number, number], pad);
      await expectBoth(separable, [x, filter, pointwise]);
    }),
    { numRuns: sweep(10), seed: 3 },
  );
});

test.each(["linear", "relu", "elu", "prelu"] as const)(
  "depthwise convolution fused with a bias and %s",
  async (activation) => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ x, filter, bias, strides, pad }) => {
        const convolve = fused(tf.fused.depthwiseConv2d, { strides, pad, activation });
        await expectAgreement(convolve, [x, filter, bias]);
        if (activation !== "prelu") await expectGradients(convolve, [x, filter, bias]);
      }),
      { numRuns: sweep(4), seed: 4 },
    );
  },
);

test("refuses the data format NCHW", () => {
  const dtype = "float32";
  const specs = { x: { shape: [1, 2, 5, 5], dtype }, filter: { shape: [3, 3, 2, 1], dtype } } as const;
  expect(() =>
    trace(
      ({ x, filter }: { x: tf.Tensor; filter: tf.Tensor }) =>
        tf.depthwiseConv2d(x as Image, filter as Image, 1, "same", "NCHW"),
      specs,
    ),
  ).toThrow(/DepthwiseConv2dNative with the data format NCHW/);
});
