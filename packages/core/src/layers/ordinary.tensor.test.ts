import * as tf from "@tensorflow/tfjs-core";
import { type layers, layers as make, sequential } from "@tensorflow/tfjs-layers";
import { describe, expect, test } from "vitest";
import { close, normals } from "../testing/compare";
import { noiseAtoms } from "../testing/dictionaries";
import { type CommonOptions, inputsOf, kinds } from "../testing/kinds";
import { factorizedConv1d } from "./factorized-conv1d";
import { factorizedConv2d } from "./factorized-conv2d";
import { factorizedDepthwiseConv2d } from "./factorized-depthwise-conv2d";
import { lowRankDense } from "./low-rank-dense";
import type { OrdinaryLayer } from "./ordinary";

/** Layer of tf.layers, as a user would create it. */
function ordinaryOf({ className, config }: OrdinaryLayer): layers.Layer {
  switch (className) {
    case "Dense":
      return make.dense(config);
    case "Conv1D":
      return make.conv1d(config);
    case "Conv2D":
      return make.conv2d(config);
    case "DepthwiseConv2D":
      return make.depthwiseConv2d(config);
  }
}

interface Mergeable extends layers.Layer {
  merge(): tf.Tensor[];
  standsFor(): OrdinaryLayer;
}

/** Expects the ordinary layer to have the same class, weights, outputs and place in a model. */
function expectSame(layer: Mergeable, x: tf.Tensor, className: string): void {
  const y = layer.apply(x) as tf.Tensor;
  layer.setWeights(
    layer.getWeights().map((weight, i) => (i < layer.trainableWeights.length ? normals(weight.shape, `${i}`) : weight)),
  );
  const merged = sequential({ layers: [ordinaryOf(layer.standsFor())] });
  const [other] = merged.layers as [layers.Layer];
  expect([other.getClassName(), other.name, other.trainable]).toEqual([className, layer.name, layer.trainable]);
  expect(other.getWeights().map(({ shape }) => shape)).toEqual(layer.merge().map(({ shape }) => shape));
  other.setWeights(layer.merge());
  close(merged.predict(x) as tf.Tensor, layer.apply(x) as tf.Tensor, 1e-5);
  expect(merged.outputShape).toEqual([null, ...y.shape.slice(1)]);
}

const variants: Pick<CommonOptions, "activation" | "useBias" | "trainable">[] = [
  {},
  { activation: "tanh", useBias: false },
  { activation: "relu", trainable: false },
];

describe.each(kinds)("a $title layer stands for the ordinary one", (kind) => {
  test.each(variants)("%o", (options) => tf.tidy(() => expectSame(kind.make(options), inputsOf(kind), kind.className)));

  test("with its base merged into the weights", () =>
    tf.tidy(() => expectSame(kind.make({ base: normals([...kind.kernel], "base") }), inputsOf(kind), kind.className)));

  test("and takes that one's weights back, if they are in the span of its atoms", () =>
    tf.tidy(() => {
      const [from, to] = [
        kind.make({ name: "from" }),
        kind.make({ name: "to", base: normals([...kind.kernel], "base") }),
      ];
      const x = inputsOf(kind);
      from.apply(x);
      to.apply(x);
      const w = from.weightMatrix();
      expect(from.fit(w)).toBeLessThan(1e-10);
      close(from.weightMatrix(), w, 1e-5);
      const shifted = tf.add(w, normals([...kind.kernel], "base"));
      expect(to.fit(shifted)).toBeLessThan(1e-10);
      close(to.weightMatrix(), shifted, 1e-5);
    }));
});

test.each(variants)("a low-rank layer stands for a dense one: %o", (options) =>
  tf.tidy(() => {
    const layer = lowRankDense({ units: 5, rank: 2, inputShape: [7], ...options });
    expectSame(layer, normals([3, 7], "x"), "Dense");
  }),
);

test("windows keep strides, padding and dilation", () =>
  tf.tidy(() => {
    const common = { dictionary: noiseAtoms([3, 3]), rank: 4, kernelSize: 3 };
    expectSame(
      factorizedConv2d({ ...common, filters: 4, dilationRate: [2, 1], padding: "same", inputShape: [7, 6, 2] }),
      normals([2, 7, 6, 2], "x"),
      "Conv2D",
    );
    expectSame(
      factorizedConv1d({
        ...common,
        dictionary: noiseAtoms([3]),
        rank: 2,
        filters: 4,
        dilationRate: 2,
        inputShape: [9, 2],
      }),
      normals([2, 9, 2], "x"),
      "Conv1D",
    );
    expectSame(
      factorizedDepthwiseConv2d({ ...common, strides: 2, inputShape: [7, 6, 2] }),
      normals([2, 7, 6, 2], "x"),
      "DepthwiseConv2D",
    );
  }));

test("a dilated depthwise layer stands for none of tf.layers, which ignores dilationRate", () => {
  const layer = factorizedDepthwiseConv2d({
    dictionary: noiseAtoms([3, 3]),
    rank: 4,
    kernelSize: 3,
    dilationRate: 2,
    name: "d",
  });
  expect(() => layer.standsFor()).toThrow(
    RangeError(
      "factorizedDepthwiseConv2d (layer d): dilationRate must be 1 for a layer of tf.layers, whose depthwise convolution ignores it; got 2,2",
    ),
  );
});
