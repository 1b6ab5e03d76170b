import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { nodesOf } from "../graph/graph";
import { expectAgreement, type Sample, type Tested } from "../testing/agree";
import { graphFor } from "../testing/devices";
import { waves } from "../testing/samples";

const steps = (fn: Tested, samples: readonly Sample[]) =>
  nodesOf(graphFor("cpu", fn, samples)).flatMap(({ op, inputs: [x], attributes: { perm } }) =>
    op === "Reshape" ? [] : [op === "Transpose" ? `Transpose ${perm} of ${x!.node?.op ?? "an input"}` : op],
  );

const turned = (x: tf.Tensor) => tf.transpose(x, [0, 2, 1]);

test("a product of a stack that is used only transposed is computed in the other order", async () => {
  const samples = [waves([4, 3], 0.3), waves([2, 3, 5], 0.7)];
  const once: Tested = (a, b) => tf.softmax(turned(tf.matMul(a!, b!)));
  // Products take their transposed factors at no cost.
  expect(steps(once, samples)).toEqual([
    "Transpose 0,2,1 of an input",
    "Transpose 1,0 of an input",
    "MatMul",
    "Softmax",
  ]);
  await expectAgreement(once, samples);
  const stacks = [waves([2, 4, 3], 0.3), waves([2, 3, 5], 0.7)];
  await expectAgreement(once, stacks);
  const twice: Tested = (a, b) => {
    const product = tf.matMul(a!, b!);
    return [tf.softmax(turned(product)), tf.softmax(product)];
  };
  expect(steps(twice, samples)).toContain("Transpose 0,2,1 of MatMul");
  await expectAgreement(twice, samples);
});

test("a product that is also returned, and one with a constant, stay as they are", async () => {
  const samples = [waves([4, 3], 0.3), waves([2, 3, 5], 0.7)];
  const both: Tested = (a, b) => {
    const product = tf.matMul(a!, b!);
    return [product, turned(product)];
  };
  expect(steps(both, samples)).toEqual(["MatMul", "Transpose 0,2,1 of MatMul"]);
  await expectAgreement(both, samples);
  const fixed: Tested = (x) => tf.softmax(turned(tf.matMul(x!, tf.ones([3, 4]))));
  expect(steps(fixed, [waves([2, 5, 3], 0.7)])).toEqual(["MatMul", "Transpose 0,2,1 of MatMul", "Softmax"]);
});

test("a transpose of a convolution's images has four axes, unless a product takes it", async () => {
  const samples = [waves([2, 6, 5, 3], 0.3), waves([3, 3, 3, 4], 0.7), waves([4, 2], 1.1)];
  const maps = (x: tf.Tensor, filter: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, "same");
  const asRows: Tested = (x, filter) => tf.softmax(tf.reshape(maps(x!, filter!), [2, 30, 4]));
  expect(steps(asRows, samples.slice(0, 2))).toContain("Transpose 0,2,3,1 of Conv");
  await expectAgreement(asRows, samples.slice(0, 2));
  const mixed: Tested = (x, filter, w) => tf.matMul(tf.reshape(maps(x!, filter!), [60, 4]), w!);
  expect(steps(mixed, samples)).not.toContain("Transpose 0,2,3,1 of Conv");
  await expectAgreement(mixed, samples);
});
