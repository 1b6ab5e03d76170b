import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { compileFunction } from "../compile-function";
import { compileStep } from "../compile-step";
import { expectSame } from "../testing/special";
import { nodeRuntime } from "./runtime";

const numbers = (shape: readonly number[]) =>
  tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, (_, i) => i),
    [...shape],
  );

/** Result of a compiled function of integers. */
async function run(fn: (indices: tf.Tensor) => tf.Tensor, shape: readonly number[], indices: readonly number[]) {
  const { runtime } = await nodeRuntime();
  const compiled = await compileFunction(fn, { shape, dtype: "int32" } as never, { runtime: runtime!, threads: 1 });
  return compiled.run(Int32Array.from(indices) as never).finally(() => compiled.release());
}

describe("an index out of range", () => {
  const fine = [0, 1, 2];
  const wrong = [-1, 3, 2 ** 31 - 1, -(2 ** 31)];
  test.each<[string, (at: tf.Tensor) => tf.Tensor, readonly number[], string]>([
    ["gather", (at) => tf.gather(numbers([3, 2]), at as tf.Tensor1D), [1], "gather: an index must be in [0, 2]"],
    [
      "gather of rows",
      (at) => tf.gather(numbers([1, 3]), at as tf.Tensor1D, 1, 1),
      [1, 1],
      "gather: an index must be in [0, 2]",
    ],
    [
      "gatherND",
      (at) => tf.gatherND(numbers([3, 2]), at),
      [1, 1],
      "gatherND: an index must be within the shape of the tensor, [3,2]",
    ],
    [
      "scatterND",
      (at) => tf.scatterND(at, numbers([1]), [3]),
      [1, 1],
      "scatter: an index must be within the shape of the result",
    ],
    [
      "tensorScatterUpdate",
      (at) => tf.tensorScatterUpdate(numbers([3, 2]), at, numbers([1, 2])),
      [1, 1],
      "scatter: an index must be within the shape of the result",
    ],
    [
      "sparseToDense",
      (at) => tf.sparseToDense(at, numbers([1]), [3], 7),
      [1, 1],
      "scatter: an index must be within the shape of the result",
    ],
    // Found inside the graph.
    [
      "gather at computed places",
      (at) => tf.gather(numbers([3]), tf.sub(tf.add(at, at), at) as tf.Tensor1D),
      [1],
      "gather: an index must be in [0, 2]",
    ],
  ])("of %s is an error, as in eager execution", async (_, fn, shape, rule) => {
    for (const index of [...fine, ...wrong]) await expectSame(fn, [{ shape, dtype: "int32", values: [index] }]);
    for (const index of wrong.slice(0, 3))
      await expect(run(fn, shape, [index])).rejects.toThrow(new RangeError(`${rule}; got ${index}`));
  });

  test("on one axis is an error even if another one makes up for it", async () => {
    for (const at of [
      [0, 2],
      [1, -1],
      [-1, 4],
    ]) {
      await expect(run((i) => tf.gatherND(numbers([3, 2]), i), [1, 2], at)).rejects.toThrow(/^gatherND: an index must/);
      await expect(run((i) => tf.scatterND(i, numbers([1]), [3, 2]), [1, 2], at)).rejects.toThrow(
        /^scatter: an index must/,
      );
    }
  });
});

test("a step that fails leaves its state as it was, alone and in a group", async () => {
  const { runtime } = await nodeRuntime();
  type State = { table: tf.Tensor };
  type Inputs = { at: tf.Tensor };
  const step = ({ table }: State, { at }: Inputs) => {
    const loss = (rows: tf.Tensor) => tf.sum(tf.square(tf.gather(rows, at as tf.Tensor1D))) as tf.Scalar;
    const { value, grad } = tf.valueAndGrad(loss)(table);
    return { state: { table: tf.sub(table, tf.mul(grad, 0.1)) }, outputs: { loss: value } };
  };
  const specs = { state: { table: numbers([3, 2]) }, inputs: { at: { shape: [2], dtype: "int32" as const } } };
  const compiled = await compileStep<State, Inputs, { loss: tf.Tensor }>(step, specs, {
    runtime: runtime!,
    threads: 1,
    stepsPerCall: 2,
  });
  compiled.load({ table: Float32Array.of(1, 2, 3, 4, 5, 6) });
  const good = { at: Int32Array.of(0, 1) };
  const bad = { at: Int32Array.of(0, -1) };
  await compiled.run(good);
  const before = await compiled.state();
  const message = "gather: an index must be in [0, 2]; got -1";
  await expect(compiled.run(bad)).rejects.toThrow(message);
  expect(await compiled.state()).toEqual(before);
  for (const batches of [
    [good, bad],
    [bad, good],
    [good, good, bad],
  ])
    await expect(compiled.runAll(batches)).rejects.toThrow(message);
  expect(await compiled.state()).toEqual(before);
  await compiled.run(good);
  expect(await compiled.state()).not.toEqual(before);
  await compiled.release();
});
