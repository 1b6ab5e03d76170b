import * as tf from "@tensorflow/tfjs-core";
import { sweep } from "@weightcast/random/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { entry, expectClose, grid, gridOf, random } from "../testing/reference";

describe("cast", () => {
  test.each(["float32", "int32"] as const)("a bool is true for every %s except zero", (dtype) => {
    tf.tidy(() => {
      const values = dtype === "float32" ? [0, -0, 0.5, -0.25, 1, -1, 256, 1e-30, 1e30] : [0, 0, 1, -1, 255, 256, -512];
      const actual = tf.cast(tf.tensor1d(values, dtype), "bool");
      expect(actual.dtype).toBe("bool");
      expect([...actual.dataSync()]).toEqual(values.map((value) => Number(value !== 0)));
    });
  });
});

describe("prelu", () => {
  test("equals x or alpha · x for every shape that broadcasts", () => {
    const shapes = fc
      .array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.boolean()), { minLength: 1, maxLength: 4 })
      .map((axes) => [axes.map(([size]) => size), axes.map(([size, kept]) => (kept ? size : 1))] as const);
    fc.assert(
      fc.property(shapes, ([shape, alphaShape]) => {
        tf.tidy(() => {
          const [x, alpha] = [random([...shape], 1), random([...alphaShape], 2)];
          const [gx, ga] = [gridOf(x), gridOf(alpha)];
          const expected = grid(
            shape,
            (place) => Math.max(entry(gx, place), 0) + entry(ga, place) * Math.min(entry(gx, place), 0),
          );
          expectClose(tf.prelu(x, alpha), expected, 1e-6);
        });
      }),
      { seed: 81, numRuns: sweep(100) },
    );
  });
});
