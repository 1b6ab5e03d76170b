import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers"; // the gradients
import { sweep } from "@weightcast/random/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { gradientsOf, type Sample, type TestedOnce } from "../../testing/agree";
import type { Image, Padding } from "../../testing/convolutions";
import { expectSameOnDevices, graphFor } from "../../testing/devices";
import { names } from "../../testing/optimized";
import { floats, integers, small } from "../../testing/samples";

/** Images, few different numbers or many, so that windows have several largest entries or one. */
const images = (shape: readonly number[]) =>
  fc.oneof(
    floats(shape),
    integers(shape, { min: -2, max: 1 }).map((sample): Sample => ({ ...sample, dtype: "float32" })),
  );

const windows = fc
  .record({ n: small(2), c: small(3), kernel: fc.tuple(small(3), small(3)), extra: fc.tuple(small(5), small(5)) })
  .chain(({ n, c, kernel, extra }) =>
    fc.record({
      x: images([n, kernel[0] + extra[0] - 1, kernel[1] + extra[1] - 1, c]),
      kernel: fc.constant(kernel),
      strides: fc.constantFrom<number | [number, number]>(1, 2, 3, kernel, [1, 2]),
      pad: fc.constantFrom<Padding>("same", "valid"),
    }),
  );

test("gradient of max pooling by comparisons equals that by places, ties included", async () => {
  await fc.assert(
    fc.asyncProperty(windows, async ({ x, kernel, strides, pad }) => {
      const pooled: TestedOnce = (a) => tf.maxPool(a as Image, kernel, strides, pad);
      await expectSameOnDevices(gradientsOf(pooled, [x]), [x]);
    }),
    { numRuns: sweep(25), seed: 1 },
  );
});

test("the same of volumes", async () => {
  const volumes = fc.record({ x: images([2, 4, 5, 3, 2]), strides: small(2), size: small(3) });
  await fc.assert(
    fc.asyncProperty(volumes, async ({ x, strides, size }) => {
      const pooled: TestedOnce = (a) => tf.maxPool3d(a as tf.Tensor5D, [2, size, 2], strides, "same");
      await expectSameOnDevices(gradientsOf(pooled, [x]), [x]);
    }),
    { numRuns: sweep(10), seed: 2 },
  );
});

test.each([true, false])("places of the largest entries, with the batch: %s", async (withBatch) => {
  await fc.assert(
    fc.asyncProperty(windows, async ({ x, kernel, strides, pad }) => {
      const placed = (a: tf.Tensor) => {
        const { result, indexes } = tf.maxPoolWithArgmax(a as Image, kernel, strides, pad as "same", withBatch);
        return [result!, indexes!];
      };
      await expectSameOnDevices(placed, [x]);
    }),
    { numRuns: sweep(15), seed: 3 },
  );
});

test("neither has places of the runtime, nor integers of 64 bits to compute with", () => {
  const x: Sample = { shape: [1, 6, 6, 2], dtype: "float32", values: [] };
  const pooled: TestedOnce = (a) => tf.maxPool(a as Image, 3, 2, "same");
  const cpu = names(graphFor("cpu", gradientsOf(pooled, [x]), [x]));
  const webgpu = names(graphFor("webgpu", gradientsOf(pooled, [x]), [x]));
  expect(cpu).toContain("ScatterElements");
  expect(webgpu).not.toContain("ScatterElements");
});
