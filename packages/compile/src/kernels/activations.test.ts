import * as tf from "@tensorflow/tfjs-core";
import { sweep } from "@weightcast/random/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { expectAgreement, expectGradients } from "../testing/agree";
import { calls, testKernels } from "../testing/kernels";
import { floats, integers, numbers, shapes, vector } from "../testing/samples";
import { activations } from "./activations";

const unary = (fn: (x: tf.Tensor) => tf.Tensor, sample: typeof numbers = floats, options = {}) =>
  calls(
    fn,
    shapes().chain((shape) => sample(shape).map((x) => [x])),
    options,
  );

testKernels(
  activations,
  {
    ClipByValue: fc.oneof(
      unary((x) => tf.clipByValue(x, -1, 1.5), numbers),
      unary((x) => tf.clipByValue(x, -1.5, Infinity), numbers),
    ),
    // Shifted away from 0, where eˣ − 1 has too few digits to compare.
    Elu: unary((x) => tf.add(tf.elu(x), 2)),
    // Only through elu's gradient.
    EluGrad: unary((x) => tf.grad((y: tf.Tensor) => tf.elu(y))(x), floats, { gradients: false }),
    LeakyRelu: fc.oneof(
      unary((x) => tf.leakyRelu(x), numbers),
      unary((x) => tf.leakyRelu(x, 0.7)),
    ),
    Prelu: calls(
      tf.prelu,
      shapes({ minRank: 1 }).chain((shape) =>
        fc.nat(shape.length - 1).chain((cut) => fc.tuple(floats(shape), floats(shape.slice(cut)))),
      ),
    ),
    Relu: unary(tf.relu, numbers),
    Relu6: unary((x) => tf.relu6(tf.mul(x, 3)), numbers),
    Selu: unary((x) => tf.add(tf.selu(x), 2)),
    Sigmoid: unary(tf.sigmoid),
    Softmax: calls(
      (x) => tf.softmax(x),
      shapes({ minRank: 1 }).chain((shape) => fc.tuple(floats(shape))),
    ),
    Softplus: unary(tf.softplus),
    Step: fc.oneof(
      unary((x) => tf.step(x), numbers),
      unary((x) => tf.step(x, -0.5)),
    ),
  },
  { special: { Relu: { zeros: false }, Relu6: { zeros: false } } },
);

const special = vector([0, 2, -2, Infinity, -Infinity, NaN]);

test.each(
  Object.entries<(x: tf.Tensor) => tf.Tensor>({
    ...{ elu: tf.elu, relu: tf.relu, relu6: tf.relu6, selu: tf.selu, sigmoid: tf.sigmoid, softplus: tf.softplus },
    ...{ step: tf.step, leakyRelu: tf.leakyRelu, clip: (x: tf.Tensor) => tf.clipByValue(x, -1, 1) },
  }),
)("%s at 0, ±2, infinity and NaN", async (_, fn) => {
  await expectAgreement(fn, [special]);
});

test("softmax and its logarithm do not overflow for large logits", async () => {
  const logits = { shape: [2, 3], dtype: "float32" as const, values: [1000, 999, -1000, -1e5, -1e5, -1e5] };
  await expectAgreement((x) => [tf.softmax(x), tf.logSoftmax(x), tf.logSumExp(x, 1)], [logits]);
  await expectGradients((x) => tf.logSoftmax(x), [logits]);
});

test("a prelu alpha with more axes than the input", async () => {
  const x = vector([1, -1]);
  const alpha = { shape: [2, 2], dtype: "float32" as const, values: [1, 2, 3, 4] };
  await expect(expectAgreement(tf.prelu, [x, alpha])).rejects.toThrow(/kernel Prelu with an alpha of a larger shape/);
});

test("integers are clipped to truncated bounds", async () => {
  await fc.assert(
    fc.asyncProperty(integers([9]), async (x) => expectAgreement((y) => tf.clipByValue(y, -1.5, 2.5), [x])),
    { numRuns: sweep(5), seed: 1 },
  );
});
