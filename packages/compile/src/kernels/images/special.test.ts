import * as tf from "@tensorflow/tfjs-core";
import { useEngine } from "@weightcast/backend";
import { sweep } from "@weightcast/random/testing";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { expectAgreement, gradientsOf, type Sample, type Tested, type TestedOnce } from "../../testing/agree";
import type { Image } from "../../testing/convolutions";
import { floats } from "../../testing/samples";
import { expectSame, type SpecialRule, specialFloats, sprinkled } from "../../testing/special";

// Patched, because TensorFlow.js's own AvgPoolGrad is wrong at padded borders.
beforeAll(async () => {
  await useEngine("cpu");
});

const images = [2, 7, 6, 3];
const [filter, square, channel] = [[3, 3, 3, 2], [2, 2, 3, 2], [3]];
type Vector = tf.Tensor1D;

/** Function of samples of the given shapes. @param gradients whether there are any @default true */
interface Case extends SpecialRule {
  readonly fn: TestedOnce;
  readonly shapes: readonly (readonly number[])[];
  readonly gradients?: boolean;
}

/** Padding counts as zeros, and sums of products are rearranged: NaN and infinities reach more entries, never fewer. */
const spread = { notFinite: "spread", zeros: false } as const;

const cases: { readonly [name: string]: Case } = {
  "conv2d, same": { fn: (x, f) => tf.conv2d(x as Image, f as Image, 1, "same"), shapes: [images, filter], ...spread },
  "conv2d, strides": {
    fn: (x, f) => tf.conv2d(x as Image, f as Image, 2, "valid"),
    shapes: [images, square],
    ...spread,
  },
  "conv2d fused with a bias and relu": {
    fn: (x, f, b) =>
      tf.fused.conv2d({ x: x as Image, filter: f as Image, strides: 1, pad: "valid", bias: b, activation: "relu" }),
    shapes: [images, filter, [2]],
    ...spread,
  },
  "depthwise conv2d": {
    fn: (x, f) => tf.depthwiseConv2d(x as Image, f as Image, 1, "same"),
    shapes: [images, filter],
    ...spread,
  },
  avgPool: { fn: (x) => tf.avgPool(x as Image, 3, 2, "same"), shapes: [images], ...spread },
  matMul: {
    fn: (a, b) => tf.matMul(a, b),
    shapes: [
      [5, 9],
      [9, 4],
    ],
    zeros: false,
  },
  "matMul fused with a bias and relu": {
    fn: (a, b, bias) => tf.fused.matMul({ a, b, bias, activation: "relu" }),
    shapes: [[5, 9], [9, 4], [4]],
    zeros: false,
  },
  "matMul, wide": {
    fn: (a, b) => tf.matMul(a, b, true),
    shapes: [
      [9, 33],
      [9, 40],
    ],
    zeros: false,
  },
  einsum: {
    gradients: false,
    fn: (a, b) => tf.einsum("ij,kj->ik", a, b),
    shapes: [
      [5, 9],
      [4, 9],
    ],
    zeros: false,
  },
  logSoftmax: { fn: (x) => tf.logSoftmax(x), shapes: [[6, 7]], zeros: false },
  "logSumExp over rows": { fn: (x) => tf.logSumExp(x, 0), shapes: [[6, 7]], zeros: false },
  "global max pooling": { fn: (x) => tf.max(x, [1, 2]), shapes: [images], zeros: false },
  moments: { fn: (x) => tf.moments(x, 0).variance, shapes: [[6, 7]], zeros: false },
  batchNorm: {
    fn: (x, mean, variance, offset, scale) =>
      tf.batchNorm(x as Image, mean as Vector, variance as Vector, offset as Vector, scale as Vector, 2),
    shapes: [images, channel, channel, channel, channel],
    ...spread,
    gradients: false,
  },
  localResponseNormalization: {
    fn: (x) => tf.localResponseNormalization(x as Image, 2, 1, 0.5, 0.75),
    shapes: [images],
    zeros: false,
    gradients: false,
  },
  resizeNearestNeighbor: {
    fn: (x) => tf.image.resizeNearestNeighbor(x as Image, [9, 11]),
    shapes: [images],
    gradients: false,
  },
};

test.each(Object.entries(cases))("%s of special values", async (_, { fn, shapes, gradients = true, ...rule }) => {
  const samples = fc.tuple(...shapes.map((shape) => floats(shape))).chain((all) => sprinkled(all));
  await fc.assert(
    fc.asyncProperty(samples, async (all) => {
      const both: Tested = (...tensors) => [fn(...tensors), ...gradientsOf(fn, all)(...tensors)];
      await expectSame(gradients ? both : fn, all, rule);
    }),
    { numRuns: sweep(4), seed: 1 },
  );
});

test("bilinear resizing of zeros and denormals; NaN stays", async () => {
  const resize = (x: tf.Tensor) => tf.image.resizeBilinear(x as Image, [9, 11]);
  await fc.assert(
    fc.asyncProperty(
      floats(images).chain((x) => sprinkled([x], { floats: specialFloats.filter((v) => Math.abs(v) !== Infinity) })),
      (samples) => expectSame(resize, samples, spread),
    ),
    { numRuns: sweep(4), seed: 2 },
  );
});

test("max pooling of infinities and zeros", async () => {
  const finite = specialFloats.filter((v) => !Number.isNaN(v) && v !== Number.NEGATIVE_INFINITY);
  await fc.assert(
    fc.asyncProperty(
      floats(images).chain((x) => sprinkled([x], { floats: finite })),
      async (samples) => {
        const pool = (x: tf.Tensor) => tf.maxPool(x as Image, 3, 2, "same");
        const both: Tested = (x) => [pool(x), ...gradientsOf(pool, samples)(x)];
        await expectSame(both, samples, { zeros: false });
      },
    ),
    { numRuns: sweep(4), seed: 3 },
  );
});

test("NaN in any place of a row reaches its largest value, its cross-entropy and their gradients", async () => {
  for (const width of [1, 4, 9, 33])
    for (const place of [0, 1, 3, width - 1].filter((at) => at < width)) {
      const values = Array.from({ length: 2 * width }, (_, i) => (i === place ? Number.NaN : Math.sin(i)));
      const x: Sample = { shape: [2, width], dtype: "float32", values };
      const fns: TestedOnce[] = [
        (y) => tf.max(y, 1),
        (y) => tf.min(y, 1),
        (y) => tf.logSoftmax(y),
        (y) => tf.softmax(y),
      ];
      await expectAgreement((y) => fns.flatMap((fn) => [fn(y), ...gradientsOf(fn, [x])(y)]), [x]);
    }
  expect.hasAssertions();
});
