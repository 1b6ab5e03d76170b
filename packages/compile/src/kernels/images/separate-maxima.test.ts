import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers"; // the gradients
import { sweep } from "@weightcast/random/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { expectAgreement, expectBoth, gradientsOf, type Sample, type TestedOnce } from "../../testing/agree";
import type { Image } from "../../testing/convolutions";
import { expectSameOnDevices, graphFor } from "../../testing/devices";
import { names } from "../../testing/optimized";
import { small } from "../../testing/samples";

/** Number of channels from which the maxima are computed along one axis after the other. */
const channels = 32;

/** Images of many channels: few different numbers, so that windows have several largest entries, or many. */
const images = (shape: readonly number[], few: boolean, seed: number): Sample => {
  const size = shape.reduce((a, b) => a * b);
  const wave = (i: number) => Math.sin(i * 12.9898 + seed) * 43758.5453;
  const values = Array.from({ length: size }, (_, i) => wave(i) - Math.floor(wave(i)));
  return { shape, dtype: "float32", values: few ? values.map((value) => Math.floor(value * 3) - 1) : values };
};

const few = images([2, 9, 8, channels], true, 3);

test("max pooling of many channels and its gradient, ties included", async () => {
  const windows = fc
    .record({ kernel: fc.tuple(small(6), small(6)), strides: fc.tuple(small(3), small(3)), few: fc.boolean() })
    .chain((window) =>
      fc.record({
        window: fc.constant(window),
        extra: fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 })),
        seed: fc.integer({ min: 0, max: 99 }),
      }),
    );
  await fc.assert(
    fc.asyncProperty(windows, async ({ window: { kernel, strides, few: isFew }, extra, seed }) => {
      const x = images([2, kernel[0] + extra[0], kernel[1] + extra[1], channels], isFew, seed);
      await expectBoth((a) => tf.maxPool(a as Image, kernel, strides, "valid"), [x]);
    }),
    { numRuns: sweep(40), seed: 1 },
  );
});

test("WebGPU's graph computes the same", async () => {
  await expectSameOnDevices(
    gradientsOf((a) => tf.maxPool(a as Image, 3, 2, "valid"), [few]),
    [few],
  );
});

test("infinite entries", async () => {
  const x = images([1, 6, 6, channels], true, 4);
  const values = x.values.map((value) => (value === 0 ? value : value * Number.POSITIVE_INFINITY));
  await expectBoth((a) => tf.maxPool(a as Image, 4, 2, "valid"), [{ ...x, values }]);
});

const pooled: TestedOnce = (a) => tf.maxPool(a as Image, 4, 2, "valid");
const x = images([2, 9, 8, channels], false, 1);

test("the gradient needs no places, and the pooling takes its maxima; without a gradient, the runtime pools", () => {
  const both = (a: tf.Tensor) => [pooled(a), ...gradientsOf(pooled, [x])(a)];
  const used = names(graphFor("cpu", both, [x]));
  expect(used).not.toContain("MaxPool");
  expect(used).not.toContain("ScatterElements");
  expect(names(graphFor("cpu", pooled, [x]))).toContain("MaxPool");
});

test("padded images and few channels take places", () => {
  const padded: TestedOnce = (a) => tf.maxPool(a as Image, 3, 2, "same");
  expect(names(graphFor("cpu", gradientsOf(padded, [x]), [x]))).toContain("ScatterElements");
  const six = images([2, 9, 8, 6], false, 1);
  expect(names(graphFor("cpu", gradientsOf(pooled, [six]), [six]))).toContain("ScatterElements");
});

test("a pooling and its gradient in one function, beside another pooling of the same size", async () => {
  const other = images(x.shape, true, 2);
  const fn = (a: tf.Tensor, b: tf.Tensor) => [pooled(a), ...gradientsOf(pooled, [x])(a), pooled(b)];
  await expectAgreement(fn, [x, other]);
});
