import * as tf from "@tensorflow/tfjs-core";
import { sweep } from "@weightcast/random/testing";
import "@tensorflow/tfjs-layers"; // registers the gradients
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { entry, expectClose, grid, gridOf, numbers, random, sum } from "../testing/reference";

const indicesOf = (shape: number[], below: number, seed: number) =>
  tf.tensor(
    Int32Array.from(numbers(tf.util.sizeFromShape(shape), seed), (value) => Math.floor(((value + 1) / 2) * below)),
    shape,
    "int32",
  );

const shapes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 });
const cases = shapes.chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    axis: fc.integer({ min: 0, max: shape.length - 1 }),
    picks: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 2 }),
  }),
);

describe("gather", () => {
  test("selects along an axis, and its gradient adds back along it", () => {
    fc.assert(
      fc.property(cases, ({ shape, axis, picks }) => {
        tf.tidy(() => {
          const x = random(shape, 1);
          const indices = indicesOf(picks, shape[axis]!, 2);
          const [gx, at] = [gridOf(x), gridOf(indices)];
          const outShape = [...shape.slice(0, axis), ...picks, ...shape.slice(axis + 1)];
          const picked = (place: readonly number[]) => entry(at, place.slice(axis, axis + picks.length));
          const around = (place: readonly number[], index: number) => [
            ...place.slice(0, axis),
            index,
            ...place.slice(axis + picks.length),
          ];
          const expected = grid(outShape, (place) => entry(gx, around(place, picked(place))));
          expectClose(tf.gather(x, indices, axis), expected, 0);

          const dy = random(outShape, 3);
          const gy = gridOf(dy);
          const count = picks.reduce((product, length) => product * length, 1);
          const dx = grid(shape, (place) =>
            sum(count, (i) => {
              const index = picks.length === 1 ? [i] : [Math.floor(i / picks[1]!), i % picks[1]!];
              if (entry(at, index) !== place[axis]) return 0;
              return entry(gy, [...place.slice(0, axis), ...index, ...place.slice(axis + 1)]);
            }),
          );
          expectClose(tf.grad((v) => tf.gather(v, indices, axis))(x, dy), dx, 1e-5);
        });
      }),
      { seed: 31, numRuns: sweep(60) },
    );
  });

  test("keeps the type; every item of a batch has its own indices", () => {
    tf.tidy(() => {
      const bits = tf.tensor2d([1, 0, 0, 1, 1, 0], [3, 2], "bool");
      const rows = tf.gather(bits, tf.tensor1d([2, 0], "int32"));
      expect([rows.dtype, rows.shape, [...rows.dataSync()]]).toEqual(["bool", [2, 2], [1, 0, 1, 0]]);
      const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3], "int32");
      const byItem = tf.gather(x, tf.tensor2d([2, 0, 1, 1], [2, 2], "int32"), 1, 1);
      expect([byItem.dtype, byItem.shape, [...byItem.dataSync()]]).toEqual(["int32", [2, 2], [3, 1, 5, 5]]);
    });
  });

  test("an out-of-range index is refused", () => {
    const [x, at] = [tf.ones([3, 2]), tf.tensor1d([3], "int32")];
    expect(() => tf.gather(x, at)).toThrow(/not in \[0, 2\]|not in \[0, 3\)/);
    tf.dispose([x, at]);
  });
});

describe("unsortedSegmentSum", () => {
  test("adds rows by segment and skips those without one", () => {
    tf.tidy(() => {
      const x = random([7, 5], 4);
      const ids = tf.tensor1d([2, 0, 2, -1, 4, -7, 0], "int32");
      const [gx, at] = [gridOf(x), gridOf(ids)];
      const expected = grid([5, 5], ([segment, j]) =>
        sum(7, (i) => (entry(at, [i]) === segment ? entry(gx, [i, j!]) : 0)),
      );
      expectClose(tf.unsortedSegmentSum(x, ids, 5), expected, 1e-6);
      const whole = tf.unsortedSegmentSum(tf.tensor1d([1, 2, 3], "int32"), tf.tensor1d([1, 1, 0], "int32"), 2);
      expect([...whole.dataSync()]).toEqual([3, 3]);
    });
  });
});
