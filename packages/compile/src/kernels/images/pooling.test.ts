import * as tf from "@tensorflow/tfjs-core";
import { useEngine } from "@weightcast/backend";
import { sweep } from "@weightcast/random/testing";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { expectAgreement, expectBoth, expectGradients } from "../../testing/agree";
import type { Image, Padding } from "../../testing/convolutions";
import { floats, integers, small } from "../../testing/samples";
import { trace } from "../../trace/trace";

// Patched, because TensorFlow.js's own AvgPoolGrad is wrong at padded borders.
beforeAll(async () => {
  await useEngine("cpu");
});

const windows = fc
  .record({ n: small(3), c: small(4), kernel: fc.tuple(small(4), small(4)), extra: fc.tuple(small(6), small(6)) })
  .chain(({ n, c, kernel, extra }) => {
    const shape = [n, kernel[0] + extra[0] - 1, kernel[1] + extra[1] - 1, c];
    return fc.record({
      // Few different numbers, so that many windows have several largest entries.
      x: fc.oneof(
        floats(shape),
        integers(shape, { min: -2, max: 1 }).map((s) => ({ ...s, dtype: "float32" as const })),
      ),
      kernel: fc.constant(kernel),
      strides: fc.constantFrom<number | [number, number]>(1, 2, 3, kernel, [1, 2]),
      pad: fc.constantFrom<Padding>("same", "valid", [
        [0, 0],
        [kernel[0] - 1, 0],
        [0, kernel[1] - 1],
        [0, 0],
      ]),
    });
  });

test.each([
  ["maximum", tf.maxPool],
  ["average", tf.avgPool],
] as const)("%s of windows and its gradient", async (_, pool) => {
  await fc.assert(
    fc.asyncProperty(windows, async ({ x, kernel, strides, pad }) => {
      const pooled = (a: tf.Tensor) => pool(a as Image, kernel, strides, pad);
      await expectBoth(pooled, [x]);
    }),
    { numRuns: sweep(40), seed: 1 },
  );
});

test.each([
  ["maximum", tf.maxPool],
  ["average", tf.avgPool],
] as const)("%s of windows that extend beyond the image", async (_, pool) => {
  const rounded = fc.record({
    x: floats([2, 7, 8, 2]),
    strides: small(2),
    pad: fc.constantFrom(0, 1),
    rounding: fc.constantFrom("floor" as const, "round" as const, "ceil" as const),
  });
  await fc.assert(
    fc.asyncProperty(rounded, async ({ x, strides, pad, rounding }) => {
      await expectAgreement((a) => pool(a as Image, 3, strides, pad, rounding), [x]);
      if (rounding === "floor") await expectGradients((a) => pool(a as Image, 3, strides, pad), [x]);
    }),
    { numRuns: sweep(12), seed: 2 },
  );
});

test("pooling with dilations, through batches", async () => {
  await fc.assert(
    fc.asyncProperty(floats([1, 8, 9, 2]), fc.constantFrom("max", "avg"), async (x, kind) => {
      await expectAgreement((a) => tf.pool(a as Image, 2, kind as "max", "same", [2, 3]), [x]);
    }),
    { numRuns: sweep(4), seed: 3 },
  );
});

test("maximum of windows and its place", async () => {
  await fc.assert(
    fc.asyncProperty(windows, fc.boolean(), async ({ x, kernel, strides, pad }, batch) => {
      await expectAgreement(
        (a) => {
          const { result, indexes } = tf.maxPoolWithArgmax(a as Image, kernel, strides, pad as "same", batch);
          return [result!, indexes!];
        },
        [x],
      );
    }),
    { numRuns: sweep(10), seed: 4 },
  );
});

test("refuses windows that contain only padding", () => {
  expect(() =>
    trace((x: tf.Tensor) => tf.maxPool(x as Image, 2, 1, 2), { shape: [1, 4, 4, 1], dtype: "float32" }),
  ).toThrow(/MaxPool with windows \[2,2\] that contain only padding/);
});

test("refuses integers", () => {
  expect(() =>
    trace((x: tf.Tensor) => tf.maxPool(x as Image, 2, 1, "valid"), { shape: [1, 4, 4, 1], dtype: "int32" }),
  ).toThrow(/MaxPool of int32/);
});
