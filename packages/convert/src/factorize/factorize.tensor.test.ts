import * as tf from "@tensorflow/tfjs-core";
import {
  input,
  type LayersModel,
  layers,
  model as modelOf,
  type SymbolicTensor,
  sequential,
} from "@tensorflow/tfjs-layers";
import { account } from "@weightcast/core";
import { fourier } from "@weightcast/dictionary-fourier";
import { kernel } from "@weightcast/dictionary-kernel";
import { allConvolutional, convmixer, convnet, lenet5, mlp, resnet20 } from "@weightcast/models";
import { stream } from "@weightcast/random";
import { Matrix, QrDecomposition } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { type ConvertibleLayer, layersOf } from "../layers/layers-of";
import { merge } from "../merge/merge";
import { freeModel } from "../model/free";
import { factorize } from "./factorize";
import { lowRank } from "./low-rank";

const normals = (shape: readonly number[], name: string): tf.Tensor => {
  const random = stream(4, name);
  return tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, () => random.normal()),
    [...shape],
  );
};

const inputsOf = ({ inputs }: LayersModel, count: number, name = "input"): tf.Tensor[] =>
  inputs.map(({ shape }, i) => normals([count, ...(shape.slice(1) as number[])], `${name}/${i}`));

/** Gives every trained weight random values, biases too. */
function fill(model: LayersModel): LayersModel {
  for (const [i, weight] of model.trainableWeights.entries())
    tf.tidy(() => {
      weight.write(tf.mul(normals(weight.shape as number[], `weight/${i}`), 0.3));
    });
  return model;
}

const outputs = (model: LayersModel, x: tf.Tensor[]): tf.Tensor[] =>
  [model.predict(x.length === 1 ? x[0]! : x) as tf.Tensor | tf.Tensor[]].flat();

/** Largest difference of two models' outputs, relative to the largest output. */
function difference(a: LayersModel, b: LayersModel): number {
  return tf.tidy(() => {
    const x = inputsOf(a, 4);
    const [y, z] = [outputs(a, x), outputs(b, x)];
    return Math.max(
      ...y.map((one, i) => tf.div(tf.max(tf.abs(tf.sub(one, z[i]!))), tf.max(tf.abs(one))).dataSync()[0]!),
    );
  });
}

/** A branched model with a shared layer, a nested model, and a layer at every step. */
function topology(): LayersModel {
  const [a, b] = [input({ shape: [4, 6], name: "left" }), input({ shape: [6], name: "right" })];
  const inner = sequential({
    name: "inner",
    layers: [
      layers.dense({ units: 5, inputShape: [6], activation: "tanh", name: "first" }),
      layers.dense({ units: 6, name: "second", useBias: false }),
    ],
  });
  const steps = layers.timeDistributed({
    layer: layers.dense({ units: 6, name: "step", activation: "relu" }),
    name: "steps",
  });
  const shared = layers.dense({ units: 6, name: "shared", activation: "tanh" });
  const left = layers
    .lstm({ units: 6, name: "lstm", recurrentInitializer: "zeros" })
    .apply(steps.apply(a)) as SymbolicTensor;
  const one = shared.apply(left) as SymbolicTensor;
  const two = shared.apply(inner.apply(b)) as SymbolicTensor;
  const both = layers.add().apply([one, two]) as SymbolicTensor;
  return modelOf({ inputs: [a, b], outputs: [inner.apply(both) as SymbolicTensor, both] });
}

/** Every layer with all atoms. */
const whole = (seed = 0) => ({
  dictionary: ({ layer }: { layer: { domain: readonly number[] } }) => fourier(layer.domain),
  rank: { proportion: 1 },
  seed,
});

describe("factorize", () => {
  test.each<[string, () => LayersModel]>([
    ["mlp", () => mlp({ seed: 1, hidden: [20, 15] })],
    ["lenet5", () => lenet5({ seed: 1 })],
    ["convnet", () => convnet({ seed: 1 })],
    ["allConvolutional", () => allConvolutional({ seed: 1, width: 8 })],
    ["resnet20", () => resnet20({ seed: 1, blocks: 1 })],
    ["convmixer", () => convmixer({ seed: 1, width: 8, depth: 1, input: [12, 12, 3] })],
    ["branches, a shared layer, nested models, a layer at every step", topology],
    [
      "every kind of layer",
      () =>
        sequential({
          layers: [
            layers.conv2d({
              filters: 4,
              kernelSize: [3, 2],
              strides: [2, 1],
              padding: "same",
              activation: "relu",
              inputShape: [8, 6, 2],
            }),
            layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: "same" }),
            layers.batchNormalization(),
            layers.reshape({ targetShape: [24, 8] }),
            layers.conv1d({ filters: 6, kernelSize: 5, dilationRate: 2, useBias: false }),
            layers.flatten(),
            layers.dense({ units: 3, activation: "sigmoid" }),
          ],
        }),
    ],
  ])("%s: with all atoms, there and back", async (name, make) => {
    const model = fill(make());
    const before = tf.memory().numTensors;
    // Not the layers of many inputs, because an exact fit of them takes seconds.
    const isSmall = ({ domain }: ConvertibleLayer) => tf.util.sizeFromShape([...domain]) < 300;
    const { model: small, layers: reports } = await factorize(model, (layer) => (isSmall(layer) ? whole() : undefined));
    const chosen = layersOf(model).convertible.filter(isSmall);
    expect(reports.map(({ path }) => path)).toEqual(chosen.map(({ path }) => path));
    for (const { left } of reports) expect(left).toBeLessThan(1e-12);
    // Sums of 4096 products in float32.
    const limit = name === "convnet" ? 5e-6 : 1e-6;
    expect(difference(model, small)).toBeLessThan(limit);
    const merged = merge(small);
    expect(difference(model, merged)).toBeLessThan(limit);
    const weights = (of: LayersModel) => of.getWeights();
    for (const [i, weight] of weights(merged).entries())
      expect(tf.tidy(() => tf.max(tf.abs(tf.sub(weight, weights(model)[i]!))).dataSync()[0]!)).toBeLessThan(1e-6);
    freeModel(merged);
    freeModel(small);
    expect(tf.memory().numTensors).toBe(before);
  });

  test("outputs are fitted, the error of layers before is taken in, and biases make up for means", async () => {
    const model = fill(
      sequential({
        layers: [
          layers.dense({ units: 7, inputShape: [9], activation: "relu", name: "below" }),
          layers.dense({ units: 4, name: "above" }),
        ],
      }),
    );
    const x = tf.tidy(() => tf.add(tf.mul(normals([500, 9], "x"), normals([1, 9], "scale")), 0.5));
    const { model: small, layers: reports } = await factorize(
      model,
      {
        below: { dictionary: fourier([9]), rank: 4 },
        above: { dictionary: fourier([7]), rank: 3, selection: [[0, 2, 5]] },
      },
      { samples: x, ridge: 0, rowsPerInput: 1000 },
    );
    // The upper layer by hand: y = x W + b of the original, from [x̃ U, 1], by QR.
    const hidden = small.layers[0]!.apply(x) as tf.Tensor2D;
    const atoms = (small.layers[1] as unknown as { atoms(): tf.Tensor2D }).atoms();
    const design = tf.concat([tf.matMul(hidden, atoms), tf.ones([500, 1])], 1);
    const matrix = (tensor: tf.Tensor) => Matrix.from1DArray(500, tensor.shape[1]!, [...tensor.dataSync()]);
    const target = matrix(model.predict(x) as tf.Tensor);
    const best = matrix(design).mmul(new QrDecomposition(matrix(design)).solve(target));
    const got = matrix(small.predict(x) as tf.Tensor);
    expect(Matrix.sub(got, best).norm() / best.norm()).toBeLessThan(1e-5);
    expect(reports[1]).toMatchObject({
      path: "above",
      dictionary: "fourier",
      rank: 3,
      weights: 28,
      learned: 12,
      stored: 16, // a recipe of 16 bytes
      weighted: true,
    });
    // The same layers fitted without samples are worse.
    const blind = await factorize(model, {
      below: { dictionary: fourier([9]), rank: 4 },
      above: { dictionary: fourier([7]), rank: 3, selection: [[0, 2, 5]] },
    });
    expect(Matrix.sub(matrix(blind.model.predict(x) as tf.Tensor), target).norm()).toBeGreaterThan(
      1.2 * Matrix.sub(got, target).norm(),
    );
  });

  test("a convolution is fitted to its patches, at their borders too", async () => {
    const conv = layers.conv2d({
      filters: 3,
      kernelSize: 3,
      padding: "same",
      strides: 2,
      inputShape: [7, 6, 2],
      name: "conv",
    });
    const model = fill(sequential({ layers: [conv] }));
    const x = tf.tidy(() => tf.add(normals([40, 7, 6, 2], "x"), 1));
    const { model: small } = await factorize(
      model,
      { conv: { dictionary: kernel([3, 3]), rank: 4, selection: [[0, 2, 4, 7]] } },
      { samples: x, ridge: 0, rowsPerInput: 1e6 },
    );
    const atoms = (small.layers[0] as unknown as { atoms(): tf.Tensor2D }).atoms(); // [9, 4]
    // Maps of each atom and channel by TensorFlow.js's own convolution.
    const filters = tf.reshape(
      tf.tidy(() => {
        const both = tf.zeros([9, 2, 8]).bufferSync();
        const values = atoms.arraySync();
        for (let i = 0; i < 9; i++)
          for (let k = 0; k < 4; k++) for (let c = 0; c < 2; c++) both.set(values[i]![k]!, i, c, k * 2 + c);
        return both.toTensor();
      }),
      [3, 3, 2, 8],
    ) as tf.Tensor4D;
    const maps = tf.reshape(tf.conv2d(x as tf.Tensor4D, filters, 2, "same"), [40 * 12, 8]);
    const rows = 40 * 12;
    const matrix = (tensor: tf.Tensor, cols: number) => Matrix.from1DArray(rows, cols, [...tensor.dataSync()]);
    const design = matrix(tf.concat([maps, tf.ones([rows, 1])], 1), 9);
    const target = matrix(model.predict(x) as tf.Tensor, 3);
    const best = design.mmul(new QrDecomposition(design).solve(target));
    expect(Matrix.sub(matrix(small.predict(x) as tf.Tensor, 3), best).norm() / best.norm()).toBeLessThan(1e-5);
  });

  test("layers used several times, within others and at every step, are fitted to all of their inputs", async () => {
    const model = fill(topology());
    const x = inputsOf(model, 300);
    const error = async (samples?: tf.Tensor[]) => {
      const rank = {
        dictionary: ({ layer }: { layer: { domain: readonly number[] } }) => fourier(layer.domain),
        rank: { proportion: 0.7 },
      };
      const { model: small } = await factorize(model, () => rank, samples ? { samples } : {});
      return tf.tidy(() =>
        outputs(model, x).map((y, i) => tf.mean(tf.square(tf.sub(y, outputs(small, x)[i]!))).dataSync()[0]!),
      );
    };
    const [fitted, blind] = [await error(x), await error()];
    for (const [i, one] of fitted.entries()) expect(one).toBeLessThan(0.9 * blind[i]!);
  });

  test("a file of the model is smaller, and layers that are not chosen stay", async () => {
    const model = fill(mlp({ seed: 1, hidden: [50, 20] }));
    const names = layersOf(model).convertible.map(({ path }) => path);
    const { model: small } = await factorize(model, {
      [names[0]!]: { dictionary: fourier([28, 28]), rank: { proportion: 0.1 } },
    });
    expect(account(small).dynamic).toBe(78 * 50);
    expect(small.weights.map(({ originalName }) => originalName)).toContain(`${names[0]}/coefficients`);
    expect(small.layers.map((layer) => layer.getClassName())).toEqual(
      model.layers.map((layer) => (layer.name === names[0] ? "FactorizedDense" : layer.getClassName())),
    );
  });

  test("what can't be done is one clear error, and leaves nothing behind", async () => {
    const model = fill(topology());
    const before = tf.memory().numTensors;
    const choice = { dictionary: fourier([6]), rank: 2 };
    await expect(factorize(model, { nothing: choice })).rejects.toThrow(
      'factorize: no layer that can be chosen fits "nothing"; those of the model are steps/step, inner/first, inner/second, shared',
    );
    await expect(factorize(model, () => undefined)).rejects.toThrow("factorize: no layer is chosen");
    await expect(factorize(model, { "*": { dictionary: fourier([7]), rank: 2 } })).rejects.toThrow("coordinates");
    await expect(factorize(model, { "*": choice }, { samples: normals([4, 6], "x") })).rejects.toThrow(
      "factorize: samples must be a tensor for each of the model's 2 inputs; got 1",
    );
    const x = [normals([3, 4, 6], "a"), normals([3, 5], "b")];
    await expect(factorize(model, { "*": choice }, { samples: x })).rejects.toThrow(
      "samples of input 2 must be [any, 6]; got [3, 5]",
    );
    await expect(factorize(model, { "*": { ...choice, rank: 9 } })).rejects.toThrow(/rank/);
    tf.dispose(x);
    expect(tf.memory().numTensors).toBe(before + 1);
  });
});

test("dense layers on sequences: each step by itself, and back, at full rank", async () => {
  const model = sequential({
    layers: [
      layers.dense({ units: 5, inputShape: [4, 6], activation: "tanh", name: "steps" }),
      layers.flatten(),
      layers.dense({ units: 3, name: "head" }),
    ],
  });
  const choice = { steps: { dictionary: lowRank, rank: 5 } };
  const small = await factorize(model, choice, { samples: normals([20, 4, 6], "x") });
  expect(small.model.layers[0]!.outputShape).toEqual([null, 4, 5]);
  const back = merge(small.model);
  expect(back.layers[0]!.getClassName()).toBe("Dense");
  const x = normals([3, 4, 6], "fresh");
  const [expected, ...others] = [model, small.model, back].map((of) => (of.predict(x) as tf.Tensor).dataSync());
  for (const found of others) for (const [i, value] of expected!.entries()) expect(found[i]).toBeCloseTo(value, 5);
});
