import {
  input,
  type LayersModel,
  layers,
  model as modelOf,
  type SymbolicTensor,
  sequential,
} from "@tensorflow/tfjs-layers";
import { describe, expect, test } from "vitest";
import { classification } from "../tasks/classification";
import { assertLogits } from "./logits";

const units = 4;
const dense = (activation: "softmax" | "sigmoid" | "hardSigmoid" | "linear" | "tanh" = "softmax", name = "p") =>
  layers.dense({ units, activation, name, kernelInitializer: "zeros" });
const after = (...last: layers.Layer[]) =>
  sequential({ layers: [layers.dense({ inputShape: [3], units: 5, kernelInitializer: "zeros" }), ...last] });
const nested = (...last: layers.Layer[]) => {
  const [first, ...rest] = last;
  const x = input({ shape: [5] });
  const y = [first!, ...rest].reduce((t, layer) => layer.apply(t) as SymbolicTensor, x);
  return modelOf({ inputs: x, outputs: y });
};
const branches = (join: layers.Layer, ...ends: layers.Layer[]): LayersModel => {
  const x = input({ shape: [3] });
  return modelOf({
    inputs: x,
    outputs: join.apply(ends.map((end) => end.apply(x) as SymbolicTensor)) as SymbolicTensor,
  });
};

const refused: [string, () => LayersModel][] = [
  ["a dense layer with softmax", () => after(dense())],
  ["sigmoid", () => after(dense("sigmoid"))],
  ["hardSigmoid", () => after(dense("hardSigmoid"))],
  ["a softmax layer", () => after(dense("linear", "q"), layers.softmax({ name: "p" }))],
  ["an activation layer", () => after(dense("linear", "q"), layers.activation({ activation: "softmax", name: "p" }))],
  [
    "a nested sequential model",
    () =>
      after(
        sequential({
          layers: [
            layers.dense({ inputShape: [5], units, activation: "softmax", name: "p", kernelInitializer: "zeros" }),
          ],
        }),
      ),
  ],
  ["a nested model first", () => sequential({ layers: [nested(dense())] })],
  ["a nested functional model in a nested one", () => after(nested(layers.dropout({ rate: 0.5 }), nested(dense())))],
  [
    "softmax before a nested model that only reshapes",
    () =>
      after(
        layers.dense({ units: 5, activation: "softmax", name: "p", kernelInitializer: "zeros" }),
        nested(layers.reshape({ targetShape: [5, 1] }), layers.flatten()),
      ),
  ],
  [
    "reshape, permute, flatten",
    () => after(dense(), layers.reshape({ targetShape: [2, 2] }), layers.permute({ dims: [2, 1] }), layers.flatten()),
  ],
  ["dropout and noise", () => after(dense(), layers.dropout({ rate: 0.5 }), layers.gaussianNoise({ stddev: 0.1 }))],
  ["linear and relu", () => after(dense(), layers.activation({ activation: "linear" }), layers.reLU())],
  [
    "a time-distributed softmax, averaged over time",
    () =>
      after(
        layers.reshape({ targetShape: [5, 1] }),
        layers.timeDistributed({ layer: dense() }),
        layers.globalAveragePooling1d({}),
      ),
  ],
  [
    "a recurrent layer with softmax",
    () =>
      after(
        layers.reshape({ targetShape: [5, 1] }),
        layers.simpleRNN({
          units,
          activation: "softmax",
          name: "p",
          kernelInitializer: "zeros",
          recurrentInitializer: "zeros",
        }),
      ),
  ],
  ["an average of softmaxes", () => branches(layers.average(), dense("softmax", "p"), dense("softmax", "r"))],
];

const accepted: [string, () => LayersModel][] = [
  ["logits", () => after(dense("linear"))],
  ["tanh, which is no probability", () => after(dense("tanh"))],
  ["a softmax below a dense layer (attention)", () => after(dense(), dense("linear", "q"))],
  [
    "a softmax below a nested model that ends in logits",
    () => after(layers.dense({ units: 5, activation: "softmax", kernelInitializer: "zeros" }), nested(dense("linear"))),
  ],
  ["a gate: softmax added to logits", () => branches(layers.add(), dense(), dense("linear", "q"))],
  ["a gate: softmax times logits", () => branches(layers.multiply(), dense(), dense("linear", "q"))],
];

describe("assertLogits", () => {
  test.each(refused)("refuses %s, naming the layer", (_, create) => {
    const model = create();
    expect(() => assertLogits("createStep", model, classification())).toThrow(TypeError);
    expect(() => assertLogits("createStep", model, classification())).toThrow(
      /createStep: classification takes logits, and .*"p", .*already applies (softmax|sigmoid|hardSigmoid); give it no activation/,
    );
    model.dispose();
  });

  test.each(accepted)("accepts %s", (_, create) => {
    const model = create();
    expect(() => assertLogits("createStep", model, classification())).not.toThrow();
    model.dispose();
  });
});
