import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers"; // the gradients
import { describe, expect, test } from "vitest";
import { nodesOf } from "../graph/graph";
import { expectAgreement } from "../testing/agree";
import { expectOps, type Fn, graphOf, names } from "../testing/optimized";
import { optimize } from "./optimize";

const numbers = (...shape: number[]) =>
  tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => i + 0.5),
    shape,
  );
const channels = (x: tf.Tensor) => tf.transpose(x, [0, 3, 1, 2]);
const back = (x: tf.Tensor) => tf.transpose(x, [0, 2, 3, 1]);

describe("operands that are the same along some axes", () => {
  test.each<[string, readonly string[], Fn]>([
    ["a product with ones", ["Abs"], (x) => tf.mul(tf.abs(x), tf.ones([2, 3, 4, 4]))],
    ["a selection of zeros", ["Greater", "Where"], (x) => tf.where(tf.greater(x, 1), x, tf.zerosLike(x))],
    ["a repeated number", ["Greater", "Reshape", "Where"], (x) => tf.where(tf.greater(x, 1), x, 7)],
    ["zeros that make the result large", ["ReduceSum", "Add"], (x) => tf.add(tf.sum(x, 0), tf.zerosLike(x))],
    ["one that broadcasts", ["ReduceSum", "Expand"], (x) => tf.mul(tf.sum(x, [0, 1, 2], true), tf.ones([2, 3, 4, 4]))],
    [
      "functions of it",
      ["ReduceSum", "Exp", "Div", "Add"],
      (x) => tf.add(x, tf.div(tf.exp(tf.mul(tf.sum(x, [0, 1, 2], true), tf.ones([2, 3, 4, 4]))), 7)),
    ],
    [
      "bounds of it, and a selection",
      ["ReduceSum", "Clip", "Greater", "Where"],
      (x) => {
        const all = tf.relu6(tf.mul(tf.sum(x, [0, 1, 2], true), tf.ones([2, 3, 4, 4])));
        return tf.where(tf.greater(all, 3), x, all);
      },
    ],
    [
      "a transpose of it",
      ["ReduceSum", "Reshape", "Sub"],
      (x) => tf.sub(tf.transpose(tf.mul(tf.sum(x, [0, 1, 3], true), tf.ones([2, 3, 4, 4])), [0, 1, 3, 2]), x),
    ],
    [
      "two small factors",
      ["ReduceMean", "Mul", "Mul"],
      (x) => tf.mul(tf.mul(x, tf.mean(x, [0, 1, 2], true)), tf.tensor1d([1, 2, 3, 4])),
    ],
    [
      "a factor of a sum",
      ["ReduceSum", "ReduceMean", "Reshape", "Mul"],
      (x) => tf.sum(tf.mul(x, tf.mean(x, [0, 1, 2], true)), [0, 1, 2]),
    ],
    [
      "a factor of a sum that keeps its axes",
      ["ReduceSum", "Reshape", "Mul"],
      (x) => tf.sum(tf.mul(x, numbers(4)), [1, 2], true),
    ],
    [
      "numbers for each channel",
      ["Reshape", "Reshape", "BatchNormalization"],
      (x) => tf.add(tf.mul(x, numbers(1, 3, 1, 1)), numbers(3, 1, 1)),
    ],
    [
      "numbers for each channel, within a sum",
      ["Exp", "Reshape", "Reshape", "BatchNormalization", "Add"],
      (x) => tf.add(tf.add(tf.exp(x), tf.mul(x, numbers(1, 3, 1, 1))), numbers(3, 1, 1)),
    ],
  ])("%s", (_, ops, fn) => expectOps(ops, fn, [2, 3, 4, 4]));

  test("a factor that varies along the sum stays inside", () =>
    expectOps(["Mul", "ReduceSum"], (x) => tf.sum(tf.mul(x, numbers(4)), [1, 2, 3]), [2, 3, 4, 4]));

  test("deviations from the mean add up to zero", () => {
    const fn: Fn = (x) => tf.add(x, tf.sum(tf.sub(x, tf.mean(x, [0, 1], true)), [0, 1], true));
    expect(names(optimize(graphOf(fn, [4, 3, 5])))).toEqual(["Add"]);
    // Along other axes they do not.
    expect(names(optimize(graphOf((x) => tf.sum(tf.sub(x, tf.mean(x, 0, true)), 1), [4, 3, 5])))).toContain(
      "ReduceSum",
    );
  });

  test("numbers that are not ones are multiplied", () =>
    expectOps(["Mul"], (x) => tf.mul(x, tf.tensor1d([1, 1, 1, 2])), [2, 3, 4, 4]));
});

test("a slice and a padding of images come before a transpose", async () => {
  const fn: Fn = (x) =>
    back(
      tf.pad(tf.slice(channels(tf.abs(x)), [0, 1, 0, 0], [2, 2, 3, 3]), [
        [0, 0],
        [1, 2],
        [0, 0],
        [0, 1],
      ]),
    );
  expect(names(optimize(graphOf(fn, [2, 3, 4, 4])))).not.toContain("Transpose");
  await expectAgreement(fn, [
    { shape: [2, 3, 4, 4], dtype: "float32", values: Array.from({ length: 96 }, (_, i) => Math.sin(i)) },
  ]);
});

test("the gradient of a batch normalization goes over the images eleven times, and dy is made once", async () => {
  const [scale, offset] = [tf.tensor1d([1, 2, 3, 4, 5, 6, 7, 8]), tf.tensor1d([8, 7, 6, 5, 4, 3, 2, 1])];
  const normalized = (x: tf.Tensor4D) => {
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    return tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D, offset, scale);
  };
  const fn: Fn = (x, dy) => tf.grad((value: tf.Tensor) => tf.sum(tf.mul(normalized(value as tf.Tensor4D), dy!)))(x!);
  const shape = [4, 6, 6, 8];
  const large = nodesOf(optimize(graphOf(fn, shape, shape))).filter(
    ({ op, inputs }) =>
      op !== "Transpose" &&
      op !== "Reshape" &&
      inputs.some((x) => x && tf.util.sizeFromShape([...x.shape]) === 4 * 6 * 6 * 8),
  );
  expect(large.length).toBe(12);
  const values = (factor: number) => Array.from({ length: 4 * 6 * 6 * 8 }, (_, i) => Math.sin(i * factor) + 0.2);
  await expectAgreement(fn, [
    { shape, dtype: "float32", values: values(1.3) },
    { shape, dtype: "float32", values: values(0.7) },
  ]);
});
