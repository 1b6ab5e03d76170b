import * as tf from "@tensorflow/tfjs-core";
import {
  input,
  type LayersModel,
  layers,
  model as modelOf,
  type SymbolicTensor,
  sequential,
} from "@tensorflow/tfjs-layers";
import { describe, expect, test } from "vitest";
import { freeModel } from "../model/free";
import { placedIn } from "../model/parts";
import { fill, inputsOf, numbers, outputsOf } from "../testing/models";
import { adapt } from "./adapt";
import { headOf, newHead } from "./head";

const body = () => sequential({ layers: [layers.dense({ units: 4, inputShape: [6], name: "a" })], name: "body" });

/** Models with a head, and its path. */
const models: readonly [string, string, () => LayersModel][] = [
  [
    "a softmax in the head",
    "b",
    () => {
      const model = body();
      model.add(layers.dense({ units: 3, activation: "softmax", name: "b" }));
      return model;
    },
  ],
  [
    "dropout and a softmax behind the head",
    "b",
    () => {
      const model = body();
      for (const layer of [layers.dense({ units: 3, name: "b" }), layers.dropout({ rate: 0.5 }), layers.softmax()])
        model.add(layer);
      return model;
    },
  ],
  [
    "a graph with a head in a nested model",
    "top/b",
    () => {
      const top = sequential({
        layers: [layers.dense({ units: 3, inputShape: [4], useBias: false, name: "b" })],
        name: "top",
      });
      const x = input({ shape: [6] });
      return modelOf({ inputs: x, outputs: top.apply(body().apply(x)) as SymbolicTensor });
    },
  ],
];

describe.each(models)("%s", (_, path, make) => {
  test("the head is found, of the adapted model, too", () => {
    const model = make();
    expect(headOf(model)?.path).toBe(path);
    const adapted = adapt(model);
    expect(headOf(adapted.model)?.path).toBe(path);
    for (const one of [model, adapted.model]) freeModel(one);
  });

  test("a new head has zero weights, and all else is a copy", () => {
    const model = make();
    fill(model);
    const outputs = outputsOf(model);
    const before = tf.memory().numTensors;
    const other = newHead(model, 5);
    expect(other.outputs[0]!.shape).toEqual([null, 5]);
    for (const { path: at, layer } of placedIn(other)) {
      const [own] = placedIn(model).filter((placed) => placed.path === at);
      const expected = own!.layer.getWeights().map((weight) => numbers(weight));
      const found = layer.getWeights().map((weight) => numbers(weight));
      if (at === path) expect(found.flat().every((value) => value === 0)).toBe(true);
      else expect(found).toEqual(expected);
    }
    // Equal outputs: zeros, or a fifth each by the softmax.
    const first = tf.tidy(() => numbers(other.predict(inputsOf(other)) as tf.Tensor));
    expect(new Set(first).size).toBe(1);
    expect(outputsOf(model)).toEqual(outputs);
    freeModel(other);
    expect(tf.memory().numTensors).toBe(before);
    freeModel(model);
  });
});

test("outputs that are not those of one dense layer are refused", () => {
  const flat = sequential({
    layers: [layers.conv2d({ filters: 3, kernelSize: 2, inputShape: [2, 2, 1] }), layers.flatten()],
  });
  expect(headOf(flat)).toBeUndefined();
  expect(() => newHead(flat, 5)).toThrow("newHead: the model's outputs must be those of one dense layer");
  const x = input({ shape: [6] });
  const two = modelOf({
    inputs: x,
    outputs: [1, 2].map((units) => layers.dense({ units }).apply(x) as SymbolicTensor),
  });
  expect(headOf(two)).toBeUndefined();
  for (const one of [flat, two]) freeModel(one);
});
