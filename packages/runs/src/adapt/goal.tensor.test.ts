import * as tf from "@tensorflow/tfjs-core";
import { type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import { classification, regression } from "@weightcast/training";
import { afterAll, describe, expect, test } from "vitest";
import { endOf } from "../model/end-of";
import { goalOf } from "./goal";

const made: LayersModel[] = [];
afterAll(() => {
  for (const one of made) one.dispose();
});
const model = (...ends: layers.Layer[]) => {
  made.push(sequential({ layers: [layers.dense({ units: 3, inputShape: [2] }), ...ends] }));
  return made.at(-1)!;
};
const softmax = () => model(layers.activation({ activation: "softmax" }));

test.each([
  ["linear", model()],
  ["softmax", softmax()],
  ["softmax", model(layers.softmax())],
  ["softmax", sequential({ layers: [layers.inputLayer({ inputShape: [2] }), softmax()] })],
  ["sigmoid", model(layers.dense({ units: 1, activation: "sigmoid" }))],
] as const)("the end of a model: %s", (end, one) => {
  expect(endOf(one)).toBe(end);
});

describe("the goal of a model that gives probabilities", () => {
  const p = [
    [0.5, 0.25, 0.25],
    [1, 0, 0],
  ];
  const batch = { inputs: [], targets: [tf.tensor1d([1, 0], "int32")] };

  test("is the mean of −log p of the label, and its gradient is finite where p is 0", () => {
    const { loss, logits } = goalOf("a", softmax(), classification());
    expect(logits).toEqual([false]);
    expect(loss([tf.tensor2d(p)], batch).dataSync()[0]).toBeCloseTo(-Math.log(0.25) / 2, 6);
    // A softmax that is sure of another class: the gradient is still that of its logits, p − y.
    const logitsOf = tf.tensor2d([
      [60, 0, 0],
      [60, 0, 0],
    ]);
    const slope = tf
      .grad((z) => loss([tf.softmax(z as tf.Tensor2D)], batch))(logitsOf)
      .dataSync();
    expect([...slope].map((value) => Math.round(1e4 * value) / 1e4 + 0)).toEqual([0.5, -0.5, 0, 0, 0, 0]);
  });

  test("logits and numbers keep theirs; other ends are refused", () => {
    const [classes, numbers] = [classification(), regression()];
    expect(goalOf("a", model(), classes)).toBe(classes);
    expect(goalOf("a", model(layers.dense({ units: 1, activation: "sigmoid" })), numbers)).toBe(numbers);
    expect(() => goalOf("a.gz", model(layers.dense({ units: 2, activation: "sigmoid" })), classes)).toThrow(
      "a.gz: its outputs must be logits of classes, or their softmax; they are those of sigmoid",
    );
  });
});
