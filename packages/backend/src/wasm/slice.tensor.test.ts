import * as tf from "@tensorflow/tfjs-core";
import { sweep } from "@weightcast/random/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { entry, expectClose, grid, gridOf, random } from "../testing/reference";

const parts = fc
  .array(
    fc
      .tuple(fc.nat(4), fc.nat(4), fc.nat(4))
      .map(([before, size, after]) => ({ begin: before, size, axis: before + size + after })),
    { minLength: 1, maxLength: 5 },
  )
  .map((axes) => ({
    shape: axes.map(({ axis }) => axis),
    begin: axes.map(({ begin }) => begin),
    size: axes.map(({ size }) => size),
  }));

describe("slice", () => {
  test("returns the part, for any number of axes, including empty ones", () => {
    fc.assert(
      fc.property(parts, ({ shape, begin, size }) => {
        tf.tidy(() => {
          const x = random(shape, 1);
          const all = gridOf(x);
          const expected = grid(size, (place) =>
            entry(
              { ...all, shape },
              place.map((at, axis) => at + begin[axis]!),
            ),
          );
          const actual = tf.slice(x, begin, size);
          expect(actual.shape).toEqual(size);
          // Through a copy: reading the part directly would not reveal a wrong reference count.
          expect([...tf.add(actual, 0).dataSync()]).toEqual(Array.from(expected.data));
        });
      }),
      { seed: 41, numRuns: sweep(150) },
    );
  });

  test("keeps the type, and supports strings", () => {
    tf.tidy(() => {
      const bits = tf.slice(tf.tensor2d([1, 0, 0, 1, 1, 0], [2, 3], "bool"), [0, 1], [2, 2]);
      expect([bits.dtype, [...bits.dataSync()]]).toEqual(["bool", [0, 0, 1, 0]]);
      const words = tf.slice(tf.tensor1d(["a", "b", "c"]), 1, 2);
      expect(words.dataSync<"string">()).toEqual(["b", "c"]);
      const whole = random([3, 4], 2);
      expectClose(tf.slice(whole, [0, 0]), gridOf(whole), 0);
    });
  });

  test("a part that exceeds the tensor is refused", () => {
    const x = tf.ones([3, 4]);
    expect(() => tf.slice(x, [2, 0], [2, 4])).toThrow();
    x.dispose();
  });
});
