import * as tf from "@tensorflow/tfjs-core";
import { stream } from "@weightcast/random";
import { sizeOf } from "@weightcast/types";
import { describe, expect, test } from "vitest";
import { formedAtoms } from "../atoms/formed";
import { close, formOf, normals } from "../testing/compare";
import { parametrization } from "./parametrization";
import type { Order } from "./product";

interface Sizes {
  inputs?: number;
  rank?: number;
  columns?: number;
  channels?: number;
  kernel?: readonly number[];
  order?: Order;
  base?: boolean;
  stored?: boolean;
}

/** A parametrization of normal numbers, on variables that the surrounding tidy leaves to the caller. */
function make({
  inputs = 12,
  rank = 3,
  columns = 2,
  channels = 1,
  kernel = [inputs * channels, 8],
  order = "auto",
  base = false,
  stored = false,
}: Sizes = {}) {
  const u = normals<tf.Rank.R2>([inputs, columns * rank], "u");
  const units = sizeOf(kernel) / (inputs * channels);
  const v = tf.variable(normals([columns, rank * channels, units / columns], "v"));
  const w0 = base ? tf.variable(normals([...kernel], "base"), false) : undefined;
  const cell = (variable: tf.Variable) => ({
    read: () => variable as tf.Tensor,
    write: (value: tf.Tensor) => {
      variable.assign(value);
      return undefined as never;
    },
  });
  const atoms = formedAtoms([inputs, columns * rank], { squares: [], prints: [] }, () => u);
  const weights = parametrization({
    atoms,
    coefficients: cell(v),
    base: w0 && cell(w0),
    kernel,
    channels,
    order,
    stored,
  });
  /** W by loops. */
  const expected = () => {
    const product = formOf(channels, kernel)(u, v as unknown as tf.Tensor3D);
    return w0 ? tf.add(product, w0) : product;
  };
  return { weights, u, v, w0, expected, matrix: [inputs * channels, units] as [number, number] };
}

const cases: Sizes[] = [
  {},
  { columns: 1 },
  { base: true },
  { columns: 4, rank: 12, base: true },
  { channels: 3, kernel: [3, 4, 3, 8], base: true },
  { channels: 3, kernel: [3, 4, 3, 8], columns: 4 },
  { kernel: [3, 4, 2, 4], columns: 1 },
];

/** E[x xᵀ] of correlated inputs, and 300 of them. */
function inputsOf(size: number) {
  const { normal } = stream(3, "inputs");
  const x = Array.from({ length: 300 }, () => {
    const shared = normal();
    return Float64Array.from({ length: size }, (_, i) => shared * (1 + i / size) + 0.3 * normal());
  });
  const secondMoments = Float64Array.from({ length: size * size }, (_, k) => {
    const [i, j] = [Math.floor(k / size), k % size];
    return x.reduce((sum, row) => sum + row[i]! * row[j]!, 0) / x.length;
  });
  return { x, secondMoments };
}

describe("parametrization", () => {
  test.each(cases)("W is U V by loops, plus the base: %o", (sizes) =>
    tf.tidy(() => {
      const { weights, expected, matrix } = make(sizes);
      close(weights.merge(), expected(), 2e-6);
      close(weights.weight(), tf.reshape(expected(), matrix), 2e-6);
    }),
  );

  test.each(cases.filter(({ channels }) => !channels))("x W and its gradients are a dense layer's: %o", (sizes) => {
    for (const order of ["inputs-first", "weights-first", "auto"] as const)
      for (const training of [false, true])
        tf.tidy(() => {
          const { weights, expected, matrix, u, v } = make({ ...sizes, order });
          const x = normals<tf.Rank.R2>([5, matrix[0]], "x");
          const w = tf.reshape(expected(), matrix) as tf.Tensor2D;
          close(weights.apply(x, training), tf.matMul(x, w), 1e-5);
          const r = normals<tf.Rank.R2>([5, matrix[1]], "r");
          const loss = (y: tf.Tensor) => tf.sum(tf.mul(y, r)) as tf.Scalar;
          close(
            tf.grad((at) => loss(weights.apply(at as tf.Tensor2D, training)))(x),
            tf.grad((at) => loss(tf.matMul(at as tf.Tensor2D, w)))(x),
            1e-5,
          );
          const { grads } = tf.variableGrads(() => loss(weights.apply(x, training)));
          expect(Object.keys(grads)).toEqual([v.name]); // the base is frozen
          const dw = tf.matMul(x, r, true);
          const shape = v.shape as [number, number, number];
          close(grads[v.name]!, formOf(1, matrix).adjoint(u, dw, shape), 1e-5);
        });
  });

  test("rescale multiplies each column's V, and leaves the base", () =>
    tf.tidy(() => {
      const { weights, v, w0 } = make({ base: true });
      const [before, base] = [tf.clone(v), tf.clone(w0!)];
      weights.rescale([2, 0.5]);
      close(v, tf.mul(before, tf.tensor3d([2, 0.5], [2, 1, 1])), 1e-7);
      expect(weights.base()!.dataSync()).toEqual(base.dataSync());
    }));

  test.each([
    [{}, { dense: 96, dynamic: 24, static: 72, stored: 0 }],
    [{ stored: true }, { dense: 96, dynamic: 24, static: 72, stored: 72 }],
    [{ base: true }, { dense: 96, dynamic: 24, static: 72 + 96, stored: 96 }],
    [
      { base: true, stored: true },
      { dense: 96, dynamic: 24, static: 72 + 96, stored: 72 + 96 },
    ],
    [
      { channels: 3, kernel: [3, 4, 3, 8] },
      { dense: 288, dynamic: 72, static: 72, stored: 0 },
    ],
  ])("account of %o", (sizes, counts) =>
    tf.tidy(() => {
      const { weights } = make(sizes);
      expect(weights.account()).toEqual(counts);
      const { dense, dynamic, static: fixed, stored } = counts;
      expect(weights.account({ trained: false })).toEqual({
        dense,
        dynamic: 0,
        static: fixed + dynamic,
        stored: stored + dynamic,
      });
    }),
  );
});

describe("fit", () => {
  test.each(cases)("recovers V from W, weighted or not, if W is in the span: %o", (sizes) =>
    tf.tidy(() => {
      const { weights, v, matrix } = make(sizes);
      const [w, before] = [weights.merge(), tf.clone(v)];
      for (const options of [{}, { secondMoments: inputsOf(matrix[0]).secondMoments }]) {
        v.assign(tf.zerosLike(v));
        expect(weights.fit(w, options)).toBeLessThan(1e-10);
        close(v, before, 2e-5);
        close(weights.merge(), w, 1e-5);
      }
    }),
  );

  test.each(cases)("of another W, leaves errors that U does not see: Uᵀ (W − W₀ − U V) = 0: %o", (sizes) =>
    tf.tidy(() => {
      const { weights, u, v, w0 } = make(sizes);
      const { channels = 1, kernel = [12, 8] } = sizes;
      const w = normals([...kernel], "w");
      const left = weights.fit(w);
      const rest = tf.sub(w, weights.merge());
      const shape = v.shape as [number, number, number];
      const { adjoint } = formOf(channels, kernel);
      const scale = tf.max(tf.abs(adjoint(u, w, shape))).dataSync()[0]!;
      expect(tf.max(tf.abs(adjoint(u, rest, shape))).dataSync()[0]! / scale).toBeLessThan(1e-5);
      const square = (t: tf.Tensor) => tf.sum(tf.square(t)).dataSync()[0]!;
      expect(left).toBeCloseTo(square(rest) / square(w0 ? tf.sub(w, w0) : w), 5);
    }),
  );

  test.each(cases)("weighted, no other V has a lower error on the inputs, by finite differences: %o", (sizes) =>
    tf.tidy(() => {
      const { weights, v, matrix, w0 } = make(sizes);
      const { x, secondMoments } = inputsOf(matrix[0]);
      const { kernel = [12, 8] } = sizes;
      const w = normals([...kernel], "w");
      const left = weights.fit(w, { secondMoments });
      const plain = tf.tidy(() => weights.merge().dataSync());
      const u = weights.atoms.matrix().dataSync();
      const values = Float64Array.from(v.dataSync());
      const shape = v.shape as [number, number, number];
      const base = w0 ? w0.dataSync() : new Float32Array(plain.length);
      const goal = Float64Array.from(w.dataSync(), (value, i) => value - base[i]!);
      /** Mean of ‖x (U V − (W − W₀))‖² over the inputs, by loops in float64. */
      const error = (at: Float64Array) => {
        const rest = productOf(u, at, shape, matrix, sizes.channels ?? 1).map((value, i) => value - goal[i]!);
        let sum = 0;
        for (const row of x)
          for (let o = 0; o < matrix[1]; o++) {
            let y = 0;
            for (let i = 0; i < matrix[0]; i++) y += row[i]! * rest[i * matrix[1] + o]!;
            sum += y * y;
          }
        return sum / x.length;
      };
      const [least, all] = [error(values), error(values.map(() => 0))];
      expect(left).toBeCloseTo(least / all, 5);
      const { uniform } = stream(1, "entries");
      for (let trial = 0; trial < 12; trial++) {
        const entry = Math.floor(uniform() * values.length);
        const moved = (by: number) => error(values.map((value, i) => (i === entry ? value + by : value)));
        const [up, down] = [moved(1e-3), moved(-1e-3)];
        const curvature = (up + down - 2 * least) / 1e-6;
        // From the minimum in float64 V is rounded to float32: a step far below 1e-4.
        expect(Math.abs((up - down) / 2e-3 / curvature)).toBeLessThan(1e-4);
        expect(Math.min(up, down)).toBeGreaterThan(least);
      }
    }),
  );

  test("dependent atoms: still the best fit, of a V that stays small", () =>
    tf.tidy(() => {
      const { weights, v, u } = make({ columns: 1 });
      const data = u.dataSync<"float32">().map((_, k, all) => (k % 3 === 2 ? all[k - 1]! - all[k - 2]! : all[k]!));
      const dependent = tf.tensor2d(data, [12, 3]);
      const twin = parametrization({
        atoms: formedAtoms([12, 3], { squares: [], prints: [] }, () => dependent),
        coefficients: {
          read: () => v as tf.Tensor,
          write: (value: tf.Tensor) => {
            v.assign(value);
            return undefined as never;
          },
        },
        kernel: [12, 8],
        channels: 1,
        order: "auto",
        stored: false,
      });
      const w = weights.merge();
      const left = twin.fit(w);
      expect(left).toBeGreaterThan(0.01); // one direction is missing
      const rest = tf.sub(w, twin.merge());
      const scale = tf.max(tf.abs(tf.matMul(dependent, w as tf.Tensor2D, true))).dataSync()[0]!;
      expect(tf.max(tf.abs(tf.matMul(dependent, rest as tf.Tensor2D, true))).dataSync()[0]! / scale).toBeLessThan(1e-5);
      expect(tf.max(tf.abs(v)).dataSync()[0]).toBeLessThan(10);
    }));

  test("leaves no tensor behind, and W as it was", () =>
    tf.tidy(() => {
      const { weights } = make({ base: true });
      const w = normals([12, 8], "w");
      const before = [...w.dataSync()];
      const tensors = tf.memory().numTensors;
      weights.fit(w);
      weights.rescale([1, 2]);
      expect(tf.memory().numTensors).toBe(tensors);
      expect([...w.dataSync()]).toEqual(before);
    }));

  test("W = W₀ needs no V: zero, and nothing left over", () =>
    tf.tidy(() => {
      const { weights, v, w0 } = make({ base: true });
      expect(weights.fit(w0!)).toBe(0);
      expect(v.dataSync().every((value) => value === 0)).toBe(true);
    }));

  test("rejects bad input, naming it", () =>
    tf.tidy(() => {
      const { weights } = make();
      expect(() => weights.fit(tf.zeros([8, 12]))).toThrow(
        RangeError("fit: weights must have the shape of the ordinary layer's kernel, [12, 8]; got [8, 12]"),
      );
      expect(() => weights.fit(tf.fill([12, 8], Number.NaN))).toThrow("fit: weights must be finite; one is NaN");
      expect(() => weights.fit(tf.ones([12, 8]), { secondMoments: new Float64Array(12) })).toThrow(
        "fit: secondMoments must hold 12 × 12 numbers, one for each pair of inputs; got 12",
      );
      const infinite = new Float64Array(144).fill(Number.POSITIVE_INFINITY);
      expect(() => weights.fit(tf.ones([12, 8]), { secondMoments: infinite })).toThrow(
        "fit: secondMoments must be finite; one is Infinity",
      );
    }));
});

/** U V by loops in float64, rows (coordinate, channel). */
function productOf(
  u: ArrayLike<number>,
  v: Float64Array,
  [columns, rows, width]: readonly [number, number, number],
  [inputs, units]: readonly [number, number],
  channels: number,
): Float64Array {
  const w = new Float64Array(inputs * units);
  const rank = rows / channels;
  for (let i = 0; i < inputs / channels; i++)
    for (let ch = 0; ch < channels; ch++)
      for (let j = 0; j < columns; j++)
        for (let a = 0; a < rank; a++)
          for (let o = 0; o < width; o++)
            w[(i * channels + ch) * units + j * width + o]! +=
              u[i * columns * rank + j * rank + a]! * v[(j * rows + a * channels + ch) * width + o]!;
  return w;
}
