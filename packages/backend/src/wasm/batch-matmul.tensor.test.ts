import * as tf from "@tensorflow/tfjs-core";
import { sweep } from "@weightcast/random/testing";
import "@tensorflow/tfjs-layers"; // registers the gradients
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { entry, expectClose, type Grid, grid, gridOf, heapBytes, random, sum } from "../testing/reference";

/** A · B in float64, with batches and broadcasting. */
function product(a: Grid, b: Grid, transposeA: boolean, transposeB: boolean): Grid {
  const inner = a.shape.at(transposeA ? -2 : -1)!;
  const outer = tf.backend_util.assertAndGetBroadcastShape([...a.shape.slice(0, -2)], [...b.shape.slice(0, -2)]);
  const [rows, columns] = [a.shape.at(transposeA ? -1 : -2)!, b.shape.at(transposeB ? -2 : -1)!];
  return grid([...outer, rows, columns], (place) => {
    const [i, j] = place.slice(-2) as [number, number];
    const batch = place.slice(0, -2);
    const left = (k: number) => entry(a, [...batch, ...(transposeA ? [k, i] : [i, k])]);
    const right = (k: number) => entry(b, [...batch, ...(transposeB ? [j, k] : [k, j])]);
    return sum(inner, (k) => left(k) * right(k));
  });
}

const stored = (outer: number[], rows: number, columns: number, transposed: boolean) =>
  transposed ? [...outer, columns, rows] : [...outer, rows, columns];

const side = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 10, max: 60 }));
const outers = fc.constantFrom<[number[], number[]]>(
  [[], []],
  [[3], [3]],
  [[2, 2], [2, 2]],
  [[4], []],
  [[1], [4]],
  [[3], [1]],
  [[2, 3], [1, 1]],
); // biome-ignore format: pairs
const sizes = fc.record({
  outer: outers,
  m: side,
  k: side,
  n: side,
  transposeA: fc.boolean(),
  transposeB: fc.boolean(),
});

describe("matMul", () => {
  test("equals a float64 loop for every transposition, batch and broadcast", () => {
    fc.assert(
      fc.property(sizes, ({ outer, m, k, n, transposeA, transposeB }) => {
        tf.tidy(() => {
          const a = random(stored(outer[0], m, k, transposeA), 1);
          const b = random(stored(outer[1], k, n, transposeB), 2);
          const expected = product(gridOf(a), gridOf(b), transposeA, transposeB);
          expectClose(tf.matMul(a, b, transposeA, transposeB), expected, 2e-5);
        });
      }),
      { seed: 11, numRuns: sweep(60) },
    );
  });

  test("its gradients equal float64 loops", () => {
    fc.assert(
      fc.property(sizes, ({ outer: [outer], m, k, n, transposeA, transposeB }) => {
        tf.tidy(() => {
          const a = random(stored(outer, m, k, transposeA), 3);
          const b = random(stored(outer, k, n, transposeB), 4);
          const dy = random([...outer, m, n], 5);
          const [da, db] = tf.grads((x, y) => tf.matMul(x!, y!, transposeA, transposeB))([a, b], dy) as [
            tf.Tensor,
            tf.Tensor,
          ];
          // dA = dy · Bᵀ and dB = Aᵀ · dy, each stored like its operand.
          const [ga, gb, gy] = [gridOf(a), gridOf(b), gridOf(dy)];
          expectClose(da, transposeA ? product(gb, gy, transposeB, true) : product(gy, gb, false, !transposeB), 2e-5);
          expectClose(db, transposeB ? product(gy, ga, true, transposeA) : product(ga, gy, !transposeA, false), 2e-5);
        });
      }),
      { seed: 12, numRuns: sweep(30) },
    );
  });

  test("gives the same bits for every use of an operand, no matter how it was packed before", () => {
    fc.assert(
      fc.property(sizes, ({ m, k, n, transposeA, transposeB }) => {
        tf.tidy(() => {
          const a = random(stored([], m, k, transposeA), 6);
          const b = random(stored([], k, n, transposeB), 7);
          const first = tf.matMul(a, b, transposeA, transposeB).dataSync();
          const again = () => tf.matMul(a, b, transposeA, transposeB).dataSync();
          const fresh = tf.matMul(a, tf.tensor(b.dataSync(), b.shape), transposeA, transposeB).dataSync();
          for (const later of [again(), again(), fresh]) expect(later).toEqual(first);
        });
      }),
      { seed: 13, numRuns: sweep(60) },
    );
  });

  test("the same data as right operand under two shapes", () => {
    tf.tidy(() => {
      const b = random([40, 60], 8);
      const wide = tf.reshape(b, [60, 40]);
      for (const right of [b, wide, b, wide]) {
        const a = random([5, right.shape[0]!], 9);
        expectClose(tf.matMul(a, right), product(gridOf(a), gridOf(right), false, false), 2e-5);
        // As left operand, it is the right operand of the flipped product.
        const c = random([right.shape[0]!, 7], 10);
        expectClose(tf.matMul(right, c, true), product(gridOf(right), gridOf(c), true, false), 2e-5);
      }
    });
  });

  test("empty axes give an empty result, or zeros if nothing is summed", () => {
    tf.tidy(() => {
      expect(tf.matMul(tf.zeros([0, 3]), tf.zeros([3, 2])).shape).toEqual([0, 2]);
      expect(tf.matMul(tf.zeros([4, 0, 3]), tf.zeros([4, 2, 3]), false, true).shape).toEqual([4, 0, 2]);
      expectClose(
        tf.matMul(tf.zeros([2, 0]), tf.zeros([0, 3])),
        grid([2, 3], () => 0),
        0,
      );
      expectClose(
        tf.matMul(tf.zeros([0, 2]), tf.zeros([3, 0]), true, true),
        grid([2, 3], () => 0),
        0,
      );
    });
  });

  test("mismatched inner axes are refused", () => {
    const [a, b] = [tf.ones([3, 4]), tf.ones([3, 4])];
    expect(() => tf.matMul(a, b)).toThrow(/inner shapes|size-incompatible/);
    tf.dispose([a, b]);
  });

  test("memory stays flat over thousands of steps with trained and fixed operands", () => {
    const u = random([60, 40], 1);
    const w = tf.variable(random([4, 10, 30], 2));
    const x = random([20, 60], 3);
    const step = () =>
      tf.tidy(() => {
        const { grads } = tf.variableGrads(() => {
          const parts = tf.transpose(tf.reshape(tf.matMul(x, u), [20, 4, 10]), [1, 0, 2]);
          return tf.mean(tf.square(tf.matMul(parts, w))) as tf.Scalar;
        }, [w]);
        w.assign(tf.sub(w, tf.mul(0.001, grads[w.name]!)) as tf.Tensor3D);
      });
    for (let i = 0; i < 100; i++) step();
    const [tensors, bytes, heap] = [tf.memory().numTensors, tf.memory().numBytes, heapBytes()];
    for (let i = 0; i < (heapBytes() > 0 ? 3000 : 300); i++) step();
    expect([tf.memory().numTensors, tf.memory().numBytes, heapBytes()]).toEqual([tensors, bytes, heap]);
    tf.dispose([u, w, x]);
  });
});
