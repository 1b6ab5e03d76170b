import * as tf from "@tensorflow/tfjs-core";
import { sweep } from "@weightcast/random/testing";
import { sizeOf } from "@weightcast/types";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compileFunction } from "../../compile-function";
import { nodeRuntime } from "../../onnx/runtime";
import { expectAgreement, gradientsOf, type Sample } from "../../testing/agree";
import { floats, integers, small } from "../../testing/samples";
import { trace } from "../../trace/trace";

type Three = [number, number, number];

const cases = fc
  .record({
    n: small(2),
    c: small(3),
    kernel: fc.tuple(small(3), small(3), small(3)),
    extra: fc.tuple(small(4), small(4), small(4)),
  })
  .chain(({ n, c, kernel, extra }) => {
    const shape = [n, ...kernel.map((size, axis) => size + extra[axis]! - 1), c];
    return fc.record({
      // Few different numbers, so that many windows have several largest entries.
      x: fc.oneof(
        floats(shape),
        integers(shape, { min: -2, max: 1 }).map((s) => ({ ...s, dtype: "float32" as const })),
      ),
      kernel: fc.constant(kernel),
      strides: fc.constantFrom<number | Three>(1, 2, kernel, [1, 2, 3]),
      pad: fc.constantFrom<"same" | "valid">("same", "valid"),
    });
  });

const pools = { max: tf.maxPool3d, avg: tf.avgPool3d } as const;

test.each(Object.entries(pools))("%s of windows", async (_, pool) => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ x, kernel, strides, pad }) => {
      await expectAgreement((a) => pool(a as tf.Tensor5D, kernel, strides, pad), [x]);
    }),
    { numRuns: sweep(20), seed: 1 },
  );
});

// TensorFlow.js's cpu backend divides by the whole window at padded borders, and finds wrong places in windows that are not square.
test.each(Object.entries(pools))("gradient of %s of windows against loops", async (kind, pool) => {
  const { runtime } = await nodeRuntime();
  await tf.setBackend("cpu");
  await fc.assert(
    fc.asyncProperty(cases, async ({ x, kernel, strides, pad }) => {
      const pooled = (a: tf.Tensor) => pool(a as tf.Tensor5D, kernel, strides, pad);
      const gradient = await compileFunction((a: tf.Tensor) => gradientsOf(pooled, [x])(a)[0]!, x, {
        runtime: runtime!,
        threads: 1,
      });
      const actual = await gradient.run(Float32Array.from(x.values));
      await gradient.release();
      const expected = gradientByLoops(kind as "max" | "avg", x, kernel, strides, pad);
      const scale = Math.max(1e-30, ...expected.map(Math.abs));
      for (const [i, e] of expected.entries()) expect(Math.abs(actual[i]! - e)).toBeLessThanOrEqual(1e-5 * scale);
    }),
    { numRuns: sweep(20), seed: 2 },
  );
});

/** Gradient of Σ sin(1 + i) yᵢ, by its definition; the first of several largest entries of a window gets its gradient. */
function gradientByLoops(
  kind: "max" | "avg",
  { shape, values }: Sample,
  kernel: Three,
  strides: number | Three,
  pad: "same" | "valid",
): readonly number[] {
  type Five = [number, number, number, number, number];
  const info = tf.backend_util.computePool3DInfo(shape as Five, kernel, strides, 1, pad);
  const [n, , , , c] = shape as Five;
  const { front, top, left } = info.padInfo;
  const gradient = new Array<number>(sizeOf(shape)).fill(0);
  const at = (...[b, z, y, x, k]: Five) => (((b * shape[1]! + z) * shape[2]! + y) * shape[3]! + x) * c + k;
  let i = 0;
  for (let b = 0; b < n; b++)
    for (let z = 0; z < info.outDepth; z++)
      for (let y = 0; y < info.outHeight; y++)
        for (let x = 0; x < info.outWidth; x++)
          for (let k = 0; k < c; k++) {
            const seen: number[] = [];
            const corner = [z * info.strideDepth - front, y * info.strideHeight - top, x * info.strideWidth - left];
            for (let dz = 0; dz < kernel[0]; dz++)
              for (let dy = 0; dy < kernel[1]; dy++)
                for (let dx = 0; dx < kernel[2]; dx++) {
                  const place = [corner[0]! + dz, corner[1]! + dy, corner[2]! + dx] as const;
                  if (place.every((p, axis) => p >= 0 && p < shape[axis + 1]!)) seen.push(at(b, ...place, k));
                }
            const weight = Math.sin(1 + i++);
            if (kind === "avg") for (const place of seen) gradient[place]! += weight / seen.length;
            else gradient[seen.reduce((best, place) => (values[place]! > values[best]! ? place : best))]! += weight;
          }
  return gradient;
}

test("refuses integers", () => {
  expect(() =>
    trace((x: tf.Tensor) => tf.maxPool3d(x as tf.Tensor5D, 2, 1, "valid"), { shape: [1, 4, 4, 4, 1], dtype: "int32" }),
  ).toThrow(/MaxPool3D of int32/);
});
