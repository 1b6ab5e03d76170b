import * as tf from "@tensorflow/tfjs-core";
import { sweep } from "@weightcast/random/testing";
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers"; // the gradients
import { stream } from "@weightcast/random";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodesOf, op, type Value } from "../graph/graph";
import { expectAgreement } from "../testing/agree";
import { dense, factorized } from "../testing/networks";
import { expectOps, type Fn, graphOf, names } from "../testing/optimized";
import { trace } from "../trace/trace";
import { optimize } from "./optimize";
import { rewrite } from "./rewrite";

describe("reshapes and transposes", () => {
  test.each<[string, readonly string[], Fn]>([
    ["a reshape to the same shape", ["Abs"], (x) => tf.reshape(tf.abs(x), [2, 3, 4])],
    ["consecutive reshapes", ["Reshape"], (x) => tf.reshape(tf.reshape(x, [6, 4]), [12, 2])],
    ["a reshape and back", ["Abs"], (x) => tf.reshape(tf.reshape(tf.abs(x), [24]), [2, 3, 4])],
    ["a transpose and back", ["Abs"], (x) => tf.transpose(tf.transpose(tf.abs(x), [1, 2, 0]), [2, 0, 1])],
    ["consecutive transposes", ["Transpose"], (x) => tf.transpose(tf.transpose(x, [1, 2, 0]), [1, 0, 2])],
    ["a transpose of an axis of size one", ["Reshape"], (x) => tf.transpose(tf.reshape(x, [2, 1, 12]), [1, 0, 2])],
    [
      "an axis of size one that is dropped after a transpose",
      ["Reshape", "Transpose"],
      (x) => tf.reshape(tf.transpose(tf.reshape(x, [1, 6, 4]), [0, 2, 1]), [4, 6]),
    ],
    [
      "axes that were neighbors before a transpose and are joined after it",
      ["Reshape", "Transpose"],
      (x) => tf.reshape(tf.transpose(x, [2, 0, 1]), [4, 6]),
    ],
    [
      "an axis that is split after a transpose",
      ["Reshape", "Transpose"],
      (x) => tf.reshape(tf.transpose(x, [0, 2, 1]), [2, 2, 2, 3]),
    ],
    [
      "joined axes that were not neighbors",
      ["Transpose", "Reshape"],
      (x) => tf.reshape(tf.transpose(x, [1, 0, 2]), [6, 4]),
    ],
    [
      "axes that stay neighbors while others are joined",
      ["Transpose", "Reshape"],
      (x) => tf.reshape(tf.transpose(tf.reshape(x, [2, 3, 2, 2]), [0, 2, 3, 1]), [8, 3]),
    ],
    [
      "axes split at incompatible places",
      ["Transpose", "Reshape"],
      (x) => tf.reshape(tf.transpose(x, [0, 2, 1]), [3, 8]),
    ],
    [
      "a transpose, a split, and the transpose back",
      ["Reshape"],
      (x) => tf.transpose(tf.reshape(tf.transpose(x, [0, 2, 1]), [2, 2, 2, 3]), [0, 3, 1, 2]),
    ],
    [
      "transposes with a reshape between them",
      ["Transpose", "Reshape"],
      (x) => tf.transpose(tf.reshape(tf.transpose(x, [1, 0, 2]), [3, 8]), [1, 0]),
    ],
  ])("%s", (_, ops, fn) => expectOps(ops, fn, [2, 3, 4]));

  test("any chain has no more transposes than before, and the same numbers", async () => {
    const steps = fc.array(fc.record({ order: fc.integer({ min: 0, max: 1000 }), shape: fc.nat(8) }), {
      minLength: 2,
      maxLength: 6,
    });
    const shapes = [[2, 3, 4], [6, 4], [4, 6], [24], [2, 12], [3, 2, 2, 2], [1, 4, 3, 2], [8, 1, 3], [2, 2, 6, 1]];
    await fc.assert(
      fc.asyncProperty(steps, async (chain) => {
        const fn: Fn = (x) => {
          let y = x;
          for (const { order, shape } of chain) {
            const perm = stream(order, "perm").permutation(y.rank);
            y = tf.reshape(tf.transpose(y, [...perm]), shapes[shape]!);
          }
          return tf.abs(y);
        };
        const before = names(graphOf(fn, [2, 3, 4])).filter((name) => name === "Transpose").length;
        const after = names(optimize(graphOf(fn, [2, 3, 4]))).filter((name) => name === "Transpose").length;
        expect(after).toBeLessThanOrEqual(before);
        await expectAgreement(fn, [
          { shape: [2, 3, 4], dtype: "float32", values: Array.from({ length: 24 }, (_, i) => i - 12.5) },
        ]);
      }),
      { numRuns: sweep(25), seed: 1 },
    );
  });
});

describe("transposes move after", () => {
  const swap = (x: tf.Tensor) => tf.transpose(x, [0, 2, 1]);

  test.each<[string, readonly string[], Fn]>([
    ["functions of single elements", ["Relu", "Transpose"], (x) => tf.relu(swap(x))],
    [
      "functions of two operands with the same transpose",
      ["Exp", "Abs", "Mul", "Transpose"],
      (x) => tf.mul(swap(tf.exp(x)), swap(tf.abs(x))),
    ],
    ["a bias", ["Reshape", "Add", "Transpose"], (x) => tf.add(swap(x), tf.tensor1d([1, 2, 3]))],
    ["a number", ["Mul", "Transpose"], (x) => tf.mul(swap(x), 3)],
    ["bounds", ["Clip", "Transpose"], (x) => tf.relu6(swap(x))],
    ["leaky rectifiers", ["LeakyRelu", "Transpose"], (x) => tf.leakyRelu(swap(x))],
    ["parametric ones", ["Reshape", "PRelu", "Transpose"], (x) => tf.prelu(swap(x), tf.tensor1d([0.1, 0.2, 0.3]))],
    ["rounding", ["Floor", "Transpose"], (x) => tf.floor(swap(x))],
    [
      "comparisons, and a selection by them",
      ["Greater", "Less", "Or", "Reshape", "Where", "Transpose"],
      (x) => tf.where(tf.logicalOr(tf.greater(swap(x), 1), tf.less(swap(x), 0)), swap(x), 0.5),
    ],
    ["sums along axes", ["ReduceSum"], (x) => tf.sum(swap(x), [0, 2])],
  ])("%s", (_, ops, fn) => expectOps(ops, fn, [2, 3, 4]));

  test.each<[string, readonly string[], Fn]>([
    [
      "functions of operands with different transposes",
      ["Transpose", "Sub"],
      (x) => tf.sub(tf.transpose(x, [0, 2, 1]), x),
    ],
    [
      "selections of operands with different transposes",
      ["Greater", "Transpose", "Where"],
      (x) => tf.where(tf.greater(x, 0), tf.transpose(x, [0, 2, 1]), x),
    ],
    [
      "sums that would leave the axes in another order",
      ["Transpose", "ReduceSum"],
      (x) => tf.sum(tf.transpose(x, [2, 1, 0]), 0),
    ],
  ])("but not %s", (_, ops, fn) => expectOps(ops, fn, [2, 3, 3]));
});

describe("products", () => {
  test("a batch of one is dropped", () =>
    expectOps(["Reshape", "Reshape", "MatMul", "Reshape"], (a, b) => tf.matMul(a, b), [1, 3, 4], [1, 4, 5]));
  test("a batch of two stays one", () => expectOps(["MatMul"], (a, b) => tf.matMul(a, b), [2, 3, 4], [2, 4, 5]));
  const rows = (x: tf.Tensor) => tf.reshape(tf.transpose(x, [0, 2, 1]), [-1, x.shape[1]!]) as tf.Tensor2D;
  test("the places of images times a matrix keep the channels first", () =>
    expectOps(
      ["Transpose", "MatMul", "Relu"],
      (x, w) => tf.relu(tf.transpose(tf.reshape(tf.matMul(rows(x), w), [2, 4, 5]), [0, 2, 1])),
      [2, 3, 4],
      [3, 5],
    ));
  test("and so does the gradient", () =>
    expectOps(["Transpose", "MatMul", "ReduceSum"], (x, y) => tf.matMul(rows(x), rows(y), true), [2, 3, 7], [2, 5, 7]));
  test("but not if an image's product is larger than the image", () =>
    expect(names(optimize(graphOf((x, y) => tf.matMul(rows(x), rows(y), true), [2, 3, 4], [2, 5, 4])))).not.toContain(
      "ReduceSum",
    ));
  test("column sums become a product with ones", () => expectOps(["MatMul", "Reshape"], (x) => tf.sum(x, 0), [5, 4]));
  test("row sums stay as they are", () => expectOps(["ReduceSum"], (x) => tf.sum(x, 1), [5, 4]));
});

describe("softmax", () => {
  test("log-softmax as TensorFlow.js composes it", () => expectOps(["LogSoftmax"], (x) => tf.logSoftmax(x), [4, 6]));
  test("log-softmax without the maximum", () =>
    expectOps(["LogSoftmax"], (x) => tf.sub(x, tf.log(tf.sum(tf.exp(x), -1, true))), [4, 6]));
  test("along another axis it stays as it is", () =>
    expect(names(optimize(graphOf((x) => tf.sub(x, tf.log(tf.sum(tf.exp(x), 0, true))), [4, 6])))).not.toContain(
      "LogSoftmax",
    ));
});

test("repeated computations are done once, unused ones never", async () => {
  const fn: Fn = (x) => {
    tf.tan(x);
    return tf.add(tf.exp(tf.abs(x)), tf.sin(tf.abs(x)));
  };
  await expectOps(["Abs", "Exp", "Sin", "Add"], fn, [5]);
});

test("a whole step has fewer operations, dense or factorized", () => {
  for (const [{ step, specs }, before, after] of [
    [dense, 64, 53],
    [factorized, 71, 60],
  ] as const) {
    const { graph } = trace<Parameters<typeof step>, ReturnType<typeof step>>(
      ([state, inputs]) => step(state, inputs),
      [specs.state, specs.inputs],
    );
    expect([nodesOf(graph).length, nodesOf(optimize(graph)).length]).toEqual([before, after]);
  }
});

test("a graph that is far deeper than JavaScript's call stack", () => {
  const input: Value = { shape: [2], type: "float32" };
  let value = input;
  for (let i = 0; i < 20_000; i++) value = op(i % 2 ? "Neg" : "Abs", [value], [2]);
  expect(nodesOf(rewrite({ inputs: [input], outputs: [value] }, []))).toHaveLength(20_000);
});

test("rules that undo each other are detected", () => {
  const input: Value = { shape: [2], type: "float32" };
  const graph = { inputs: [input], outputs: [op("Abs", [input], [2])] };
  const replace = (from: string, to: string) => (node: { op: string; inputs: readonly (Value | undefined)[] }) =>
    node.op === from ? [op(to, node.inputs, [2])] : undefined;
  expect(() => rewrite(graph, [replace("Abs", "Neg"), replace("Neg", "Abs")])).toThrow("do not terminate");
});
