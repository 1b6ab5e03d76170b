import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers"; // the gradients
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Graph, nodesOf, op, type Value } from "./graph";
import { optimize } from "./optimize";
import { rewrite } from "./rewrite";
import { expectAgreement } from "./testing/agree";
import { dense, factorized } from "./testing/networks";
import { floats } from "./testing/samples";
import { trace } from "./trace";

type Fn = (...tensors: tf.Tensor[]) => tf.Tensor;
const specs = (shapes: readonly (readonly number[])[]) => shapes.map((shape) => ({ shape, dtype: "float32" }));

const graphOf = (fn: Fn, ...shapes: readonly (readonly number[])[]): Graph =>
  trace<readonly tf.Tensor[], tf.Tensor>((tensors) => fn(...tensors), specs(shapes)).graph;

const names = (graph: Graph) => nodesOf(graph).map(({ op }) => op);

/** The operators left, and that the numbers are eager's. */
async function expectOps(ops: readonly string[], fn: Fn, ...shapes: readonly (readonly number[])[]) {
  expect(names(optimize(graphOf(fn, ...shapes)))).toEqual(ops);
  const [samples] = fc.sample(fc.tuple(...shapes.map((shape) => floats(shape))), { seed: 7, numRuns: 1 });
  await expectAgreement(fn, samples!);
}

describe("reshapes and transposes", () => {
  test.each<[string, readonly string[], Fn]>([
    ["a reshape to its own shape", ["Abs"], (x) => tf.reshape(tf.abs(x), [2, 3, 4])],
    ["reshapes in a row", ["Reshape"], (x) => tf.reshape(tf.reshape(x, [6, 4]), [12, 2])],
    ["a reshape and back", ["Abs"], (x) => tf.reshape(tf.reshape(tf.abs(x), [24]), [2, 3, 4])],
    ["a transpose and back", ["Abs"], (x) => tf.transpose(tf.transpose(tf.abs(x), [1, 2, 0]), [2, 0, 1])],
    ["transposes in a row", ["Transpose"], (x) => tf.transpose(tf.transpose(x, [1, 2, 0]), [1, 0, 2])],
    ["a transpose of an axis of one", ["Reshape"], (x) => tf.transpose(tf.reshape(x, [2, 1, 12]), [1, 0, 2])],
    [
      "an axis of one dropped after a transpose",
      ["Reshape", "Transpose"],
      (x) => tf.reshape(tf.transpose(tf.reshape(x, [1, 6, 4]), [0, 2, 1]), [4, 6]),
    ],
  ])("%s", (_, ops, fn) => expectOps(ops, fn, [2, 3, 4]));
});

describe("products", () => {
  test("a batch of one is no batch", () =>
    expectOps(["Reshape", "Reshape", "MatMul", "Reshape"], (a, b) => tf.matMul(a, b), [1, 3, 4], [1, 4, 5]));
  test("a batch of two stays one", () => expectOps(["MatMul"], (a, b) => tf.matMul(a, b), [2, 3, 4], [2, 4, 5]));
  test("column sums are a product with ones", () => expectOps(["MatMul", "Reshape"], (x) => tf.sum(x, 0), [5, 4]));
  test("row sums stay", () => expectOps(["ReduceSum"], (x) => tf.sum(x, 1), [5, 4]));
});

describe("softmax", () => {
  test("its logarithm, as TensorFlow.js composes it", () => expectOps(["LogSoftmax"], (x) => tf.logSoftmax(x), [4, 6]));
  test("written without the maximum", () =>
    expectOps(["LogSoftmax"], (x) => tf.sub(x, tf.log(tf.sum(tf.exp(x), -1, true))), [4, 6]));
  test("along another axis it stays composed", () =>
    expect(names(optimize(graphOf((x) => tf.sub(x, tf.log(tf.sum(tf.exp(x), 0, true))), [4, 6])))).not.toContain(
      "LogSoftmax",
    ));
});

test("what is computed twice is computed once; what nothing needs, never", async () => {
  const fn: Fn = (x) => {
    tf.tan(x);
    return tf.add(tf.exp(tf.abs(x)), tf.sin(tf.abs(x)));
  };
  await expectOps(["Abs", "Exp", "Sin", "Add"], fn, [5]);
});

test("a whole step has fewer operations, the factorized one too", () => {
  for (const [{ step, specs }, before, after] of [
    [dense, 61, 54],
    [factorized, 68, 61],
  ] as const) {
    const { graph } = trace<Parameters<typeof step>, ReturnType<typeof step>>(
      ([state, inputs]) => step(state, inputs),
      [specs.state, specs.inputs],
    );
    expect([nodesOf(graph).length, nodesOf(optimize(graph)).length]).toEqual([before, after]);
  }
});

test("a graph far deeper than JavaScript's stack", () => {
  const input: Value = { shape: [2], type: "float32" };
  let value = input;
  for (let i = 0; i < 20_000; i++) value = op(i % 2 ? "Neg" : "Abs", [value], [2]);
  expect(nodesOf(rewrite({ inputs: [input], outputs: [value] }, []))).toHaveLength(20_000);
});

test("rules that undo each other are told from those that come to an end", () => {
  const input: Value = { shape: [2], type: "float32" };
  const graph = { inputs: [input], outputs: [op("Abs", [input], [2])] };
  const swap = (from: string, to: string) => (node: { op: string; inputs: readonly (Value | undefined)[] }) =>
    node.op === from ? [op(to, node.inputs, [2])] : undefined;
  expect(() => rewrite(graph, [swap("Abs", "Neg"), swap("Neg", "Abs")])).toThrow("do not come to an end");
});
