import * as tf from "@tensorflow/tfjs-core";
import { initializers, type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import { stream } from "@weightcast/random";
import { describe, expect, test } from "vitest";
import { arrays } from "../examples/arrays";
import { train } from "../loop/train";
import { constant } from "../step/schedule";
import { sgd } from "../step/sgd";
import { multiLabel } from "./binary";
import { classification } from "./classification";
import { distillation } from "./distillation";
import { regression } from "./regression";

const draw = stream(43, "distillation");
const numbers = (count: number) => Array.from({ length: count }, () => Math.fround(draw.normal()));

/** A model that gives its inputs, so that a test can choose the teacher's outputs. */
const echo = (): LayersModel => sequential({ layers: [layers.activation({ activation: "linear", inputShape: [3] })] });
const softmax = (z: readonly number[]) => {
  const e = z.map((value) => Math.exp(value - Math.max(...z)));
  return e.map((value) => value / e.reduce((a, b) => a + b));
};
const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));

describe("distillation", () => {
  const [taught, outputs] = [numbers(6), numbers(6)];
  const rows = (values: readonly number[]) => [values.slice(0, 3), values.slice(3)];
  const T = 3;
  const kl = (p: readonly number[], q: readonly number[]) =>
    p.reduce((sum, value, i) => sum + value * Math.log(value / q[i]!), 0);

  test.each([
    [
      "logits of classes",
      classification(),
      tf.tensor1d([2, 0], "int32"),
      () =>
        rows(outputs).map(
          (row, i) => T * T * kl(softmax(rows(taught)[i]!.map((x) => x / T)), softmax(row.map((x) => x / T))),
        ),
    ],
    [
      "logits of their own",
      multiLabel(),
      tf.tensor2d([1, 0, 1, 0, 0, 1], [2, 3]),
      () =>
        rows(outputs).map(
          (row, i) =>
            row.reduce((sum, x, k) => {
              const [p, q] = [sigmoid(rows(taught)[i]![k]! / T), sigmoid(x / T)];
              return sum + T * T * kl([p, 1 - p], [q, 1 - q]);
            }, 0) / 3,
        ),
    ],
    [
      "numbers",
      regression(),
      tf.tensor2d([1, 0, 1, 0, 0, 1], [2, 3]),
      () => rows(outputs).map((row, i) => row.reduce((sum, x, k) => sum + (x - rows(taught)[i]![k]!) ** 2, 0) / 3),
    ],
  ])("%s: the loss is the task's and the distance to the teacher, with weights", (_, task, targets, each) => {
    const [inputs, y] = [tf.tensor2d(taught, [2, 3]), tf.tensor2d(outputs, [2, 3])];
    const weights = tf.tensor1d([0.5, 2]);
    const [a, b] = each();
    const own = task.loss([y], { inputs: [inputs], targets: [targets], weights }).dataSync()[0]!;
    for (const weight of [0.25, 1]) {
      const loss = distillation(echo(), task, { weight, temperature: T }).loss([y], {
        inputs: [inputs],
        targets: [targets],
        weights,
      });
      expect(loss.dataSync()[0]!).toBeCloseTo((1 - weight) * own + (weight * (0.5 * a! + 2 * b!)) / 2, 5);
    }
  });

  test.each(["compiled", "eager"] as const)(
    "%s: a student learns what its teacher says, whatever the labels",
    async (execution) => {
      const network = (seed: number, units: number) =>
        sequential({
          layers: [
            layers.dense({
              units,
              inputShape: [4],
              activation: "tanh",
              kernelInitializer: initializers.glorotNormal({ seed }),
            }),
            layers.dense({ units: 3, kernelInitializer: initializers.glorotNormal({ seed: seed + 1 }) }),
          ],
        });
      const [teacher, student] = [network(1, 8), network(5, 8)];
      const inputs = Float32Array.from(numbers(4 * 200));
      const source = arrays({ values: inputs, shape: [4] }, new Int32Array(200), {
        batchSize: 50,
        seed: 1,
        classes: 3,
      });
      const before = teacher.getWeights().map((weight) => [...weight.dataSync()]);
      await train(student, source, {
        task: distillation(teacher, classification(), { weight: 1 }),
        epochs: 60,
        optimizer: sgd({ momentum: 0.9 }),
        schedule: constant(0.2),
        execution,
      });
      const [expected, got] = [teacher, student].map(
        (model) => model.predict(tf.tensor2d(inputs, [200, 4])) as tf.Tensor,
      );
      const classes = (y: tf.Tensor) => tf.argMax(y, -1).dataSync();
      const same = classes(got!).filter((one, i) => one === classes(expected!)[i]).length;
      expect(same).toBeGreaterThan(185);
      expect(teacher.getWeights().map((weight) => [...weight.dataSync()])).toEqual(before);
    },
  );

  test.each(["compiled", "eager"] as const)(
    "%s: an evaluation has the task's own loss, whatever the teacher says",
    async (execution) => {
      const logits = [2, 0, -1, 0.5, 1, 0];
      const source = arrays({ values: Float32Array.from(logits), shape: [3] }, Int32Array.of(1, 0), {
        classes: 3,
        shuffle: false,
      });
      const student = sequential({
        layers: [layers.dense({ units: 3, inputShape: [3], useBias: false, kernelInitializer: "identity" })],
      });
      const { history } = await train(student, source, {
        task: distillation(echo(), classification(), { weight: 0.5 }),
        ...{ epochs: 1, optimizer: sgd(), schedule: constant(1e-12), execution, evaluation: { source } },
      });
      // The identity gives what the teacher gives, so that the distance is 0, and half of the loss is left.
      const own = -(Math.log(softmax(logits.slice(0, 3))[1]!) + Math.log(softmax(logits.slice(3))[0]!)) / 2;
      expect(history[0]!.evaluation!.loss).toBeCloseTo(own, 6);
      expect(history[0]!.loss).toBeCloseTo(own / 2, 6);
    },
  );

  test("a teacher of other outputs, and options out of range, are refused", async () => {
    const teacher = sequential({ layers: [layers.dense({ units: 2, inputShape: [3] })] });
    const student = sequential({ layers: [layers.dense({ units: 4, inputShape: [3] })] });
    const source = arrays({ values: Float32Array.from(numbers(12)), shape: [3] }, Int32Array.of(0, 1, 2, 3), {
      classes: 4,
    });
    await expect(
      train(student, source, {
        task: distillation(teacher, classification()),
        epochs: 1,
        optimizer: sgd(),
        schedule: 1,
      }),
    ).rejects.toThrow("distillation: the teacher must have the outputs of the model, [4]; it has [2]");
    expect(() => distillation(teacher, classification(), { weight: 0 })).toThrow("weight must be in (0, 1]; got 0");
    expect(() => distillation(teacher, classification(), { temperature: -1 })).toThrow(
      "temperature must be above 0; got -1",
    );
  });
});
