import * as tf from "@tensorflow/tfjs-core";
import { sweep } from "@weightcast/random/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { expectAgreement, expectBoth, expectGradients, type Sample } from "../../testing/agree";
import { expectConvolutions, fused, type Image, type Padding } from "../../testing/convolutions";
import { floats, small, windows } from "../../testing/samples";
import { trace } from "../../trace/trace";

/** Paddings with which at least one window fits. */
const paddings = fc.constantFrom<Padding>("same", "valid", 0, 1, [
  [0, 0],
  [1, 0],
  [0, 2],
  [0, 0],
]);

const isSquare = ([h, w]: readonly number[], strides: number | [number, number]) =>
  h === w && (typeof strides === "number" || strides[0] === strides[1]);

const explicitly = (pad: Padding): Padding =>
  typeof pad === "number"
    ? [
        [0, 0],
        [pad, pad],
        [pad, pad],
        [0, 0],
      ]
    : pad;

/** Images and filters that fit them, with strides and padding. */
const cases = fc
  .tuple(windows, small(6))
  .chain(([{ c, kh, kw, image }, out]) =>
    fc.record({
      x: floats(image),
      filter: floats([kh, kw, c, out]),
      bias: floats([out]),
      strides: fc.constantFrom<number | [number, number]>(1, 1, 2, 3, [1, 2], [3, 1]),
      pad: paddings,
    }),
  )
  // TensorFlow.js miscounts the columns where a number pads a window that is not square.
  .map((each) => ({ ...each, pad: isSquare(each.filter.shape, each.strides) ? each.pad : explicitly(each.pad) }));

test("convolutions and their gradients", () =>
  expectConvolutions(
    cases,
    ({ strides, pad }) =>
      (a, b) =>
        tf.conv2d(a, b, strides, pad),
    { numRuns: sweep(40), seed: 1 },
  ));

test("convolutions in the data format NCHW", async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ x, filter, bias, strides, pad }) => {
      const [n, h, w, c] = x.shape as [number, number, number, number];
      const channelsFirst: Sample = { ...x, shape: [n, c, h, w] };
      const explicit: Padding = typeof pad === "object" ? [pad[0], [0, 0], pad[1], pad[2]] : pad;
      const convolve = (a: tf.Tensor, b: tf.Tensor) => tf.conv2d(a as Image, b as Image, strides, explicit, "NCHW");
      await expectBoth(convolve, [channelsFirst, filter]);
      // TensorFlow.js checks the shapes of fused convolutions as if they were NHWC.
      if (bias.shape[0] === 1 || typeof pad === "object") return;
      await expectAgreement(
        (a, b, d) =>
          tf.fused.conv2d({
            x: a as Image,
            filter: b as Image,
            strides,
            pad,
            bias: d,
            dataFormat: "NCHW",
            activation: "relu",
          }),
        [channelsFirst, filter, bias],
      );
    }),
    { numRuns: sweep(15), seed: 2 },
  );
});

test("convolutions with dilations and roundings", async () => {
  const options = fc.record({
    x: floats([2, 11, 12, 2]),
    filter: floats([3, 2, 2, 3]),
    dilations: fc.constantFrom<number | [number, number]>(2, 3, [1, 3], [4, 1]),
    pad: paddings,
  });
  await fc.assert(
    fc.asyncProperty(options, async ({ x, filter, dilations, pad }) => {
      const convolve = (a: tf.Tensor, b: tf.Tensor) =>
        tf.conv2d(a as Image, b as Image, 1, explicitly(pad), "NHWC", dilations);
      await expectAgreement(convolve, [x, filter]);
    }),
    { numRuns: sweep(10), seed: 3 },
  );
  const rounded = fc.record({
    x: floats([1, 7, 8, 2]),
    filter: floats([3, 3, 2, 2]),
    strides: small(4),
    pad: fc.constantFrom(0, 1, 2),
    rounding: fc.constantFrom("floor", "round", "ceil"),
  });
  await fc.assert(
    fc.asyncProperty(rounded, async ({ x, filter, strides, pad, rounding }) => {
      await expectAgreement(
        (a, b) => tf.conv2d(a as Image, b as Image, strides, pad, "NHWC", 1, rounding),
        [x, filter],
      );
    }),
    { numRuns: sweep(15), seed: 4 },
  );
});

test("gradients with large filters and with many channels", async () => {
  for (const [x, filter, strides, pad] of [
    [[2, 11, 12, 3], [7, 8, 3, 4], 1, "same"],
    [[2, 16, 15, 3], [8, 8, 3, 4], 3, "valid"],
    [[2, 17, 16, 2], [7, 7, 2, 3], [2, 3], "same"],
    [[3, 4, 4, 5], [3, 3, 5, 20], 1, "same"],
    [[3, 5, 4, 5], [3, 3, 5, 20], 2, "same"],
    [[3, 4, 4, 6], [1, 1, 6, 20], 1, "valid"],
    [[3, 4, 4, 6], [1, 1, 6, 3], 1, "valid"],
  ] as const)
    await fc.assert(
      fc.asyncProperty(floats(x), floats(filter), async (a, b) => {
        await expectGradients((y, z) => tf.conv2d(y as Image, z as Image, strides as number, pad), [a, b]);
      }),
      { numRuns: sweep(1), seed: 5 },
    );
});

test("transposed convolutions and their gradients", async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ x, filter, strides, pad }) => {
      const [kh, kw, c, out] = filter.shape as [number, number, number, number];
      const { outShape } = tf.backend_util.computeConv2DInfo(
        x.shape as [number, number, number, number],
        [kh, kw, c, out],
        strides,
        1,
        pad,
      );
      const images: Sample = {
        shape: outShape,
        dtype: "float32",
        values: Array.from({ length: tf.util.sizeFromShape(outShape) }, (_, i) => Math.sin(i)),
      };
      const convolve = (a: tf.Tensor, b: tf.Tensor) =>
        tf.conv2dTranspose(a as Image, b as Image, x.shape as [number, number, number, number], strides, pad);
      await expectBoth(convolve, [images, filter]);
    }),
    { numRuns: sweep(20), seed: 6 },
  );
});

test.each(["linear", "relu", "elu", "sigmoid", "leakyrelu", "prelu"] as const)(
  "convolution fused with a bias and %s",
  async (activation) => {
    // In float32, eˣ − 1 rounds relative to 1, however small x is; the cpu backend subtracts in float64.
    const tolerance = activation === "elu" ? { atLeast: 1 } : {};
    await fc.assert(
      fc.asyncProperty(cases, floats([1, 1, 1]), async ({ x, filter, bias, strides, pad }, one) => {
        const convolve = fused(tf.fused.conv2d, { strides, pad, activation });
        await expectAgreement(convolve, [x, filter, bias], tolerance);
        await expectAgreement(convolve, [x, filter, one], tolerance);
        if (activation !== "prelu") await expectGradients(convolve, [x, filter, bias], tolerance);
      }),
      { numRuns: sweep(6), seed: 7 },
    );
  },
);

test("convolutions along one axis and their gradients", async () => {
  await fc.assert(
    fc.asyncProperty(
      floats([2, 9, 3]),
      floats([4, 3, 5]),
      small(3),
      fc.constantFrom("same", "valid"),
      async (x, filter, stride, pad) => {
        const convolve = (a: tf.Tensor, b: tf.Tensor) =>
          tf.conv1d(a as tf.Tensor3D, b as tf.Tensor3D, stride, pad as "same");
        await expectBoth(convolve, [x, filter]);
      },
    ),
    { numRuns: sweep(6), seed: 8 },
  );
});

test("refuses the gradient of a convolution with a rounding that TensorFlow.js's gradients ignore", () => {
  const loss = ({ x, filter }: { x: tf.Tensor; filter: tf.Tensor }) =>
    tf.grad((w) => tf.sum(tf.conv2d(x as Image, w as Image, 2, 0, "NHWC", 1, "ceil")))(filter);
  expect(() =>
    trace(loss, { x: { shape: [1, 6, 6, 1], dtype: "float32" }, filter: { shape: [3, 3, 1, 1], dtype: "float32" } }),
  ).toThrow(/Conv2DBackprop\w+ .*\[1,3,3,1\]/);
});
