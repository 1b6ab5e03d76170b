import * as tf from "@tensorflow/tfjs-core";
import {
  input,
  type LayersModel,
  layers,
  loadLayersModel,
  model as modelOf,
  type SymbolicTensor,
  sequential,
} from "@tensorflow/tfjs-layers";
import {
  factorizedConv1d,
  factorizedConv2d,
  factorizedDense,
  factorizedDepthwiseConv2d,
  lowRankDense,
} from "@weightcast/core";
import { fourier } from "@weightcast/dictionary-fourier";
import { kernel } from "@weightcast/dictionary-kernel";
import { allConvolutional, convmixer, convnet, lenet5, mlp, type PredictableLayer, resnet20 } from "@weightcast/models";
import { stream } from "@weightcast/random";
import { describe, expect, test } from "vitest";
import { merge } from "./merge";

/** Tensor of normal numbers. */
const normals = (shape: readonly number[], name: string): tf.Tensor => {
  const random = stream(4, name);
  return tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, () => random.normal()),
    [...shape],
  );
};

/** Two inputs of a model for each of its inputs. */
const inputsOf = ({ inputs }: LayersModel): tf.Tensor[] =>
  inputs.map(({ shape }, i) => normals([2, ...(shape.slice(1) as number[])], `input/${i}`));

/** Gives every weight that is trained a value that is not its first one. */
function fill(model: LayersModel): void {
  for (const [i, weight] of model.trainableWeights.entries())
    tf.tidy(() => {
      weight.write(tf.mul(normals(weight.shape as number[], `weight/${i}`), 0.3));
    });
}

/** Largest difference of two models' outputs, relative to the largest output. */
function difference(a: LayersModel, b: LayersModel): number {
  return tf.tidy(() => {
    const x = inputsOf(a);
    const [y, z] = [a, b].map((model) => [model.predict(x) as tf.Tensor | tf.Tensor[]].flat());
    const each = y!.map((one, i) => tf.div(tf.max(tf.abs(tf.sub(one, z![i]!))), tf.max(tf.abs(one))));
    return Math.max(...each.map((one) => one.dataSync()[0]!));
  });
}

/** Classes of all layers, those of inner models included, as a text. */
const classesOf = (model: LayersModel): string =>
  [...JSON.stringify(model.toJSON(null, false)).matchAll(/"class_name":"(\w+)"/g)].map(([, name]) => name).join();

const dense = (units: number, name?: string) =>
  factorizedDense({ units, dictionary: kernel([6]), rank: 4, activation: "tanh", seed: 3, ...(name && { name }) });

/** Models by what is special about their topology. */
const topologies: readonly [string, () => LayersModel][] = [
  [
    "every kind of layer",
    () =>
      sequential({
        layers: [
          factorizedConv2d({ filters: 4, kernelSize: 3, dictionary: kernel([3, 3]), rank: 5, inputShape: [8, 6, 2] }),
          factorizedDepthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, dictionary: fourier([3, 3]), rank: 4 }),
          layers.batchNormalization(),
          layers.reshape({ targetShape: [8, 8] }),
          factorizedConv1d({ filters: 6, kernelSize: 5, dictionary: fourier([5]), rank: 3, padding: "same" }),
          layers.flatten(),
          lowRankDense({ units: 6, rank: 3, activation: "relu" }),
          factorizedDense({ units: 4, dictionary: kernel([6]), rank: 2, columns: 2, base: normals([6, 4], "base") }),
        ],
      }),
  ],
  [
    "a layer used twice, branches, several inputs and outputs",
    () => {
      const [a, b] = [input({ shape: [6], name: "left" }), input({ shape: [6], name: "right" })];
      const shared = dense(6, "shared");
      const joined = layers.add().apply([shared.apply(a), shared.apply(b)] as SymbolicTensor[]);
      const again = shared.apply(joined);
      const both = layers.concatenate().apply([again, joined] as SymbolicTensor[]);
      return modelOf({ inputs: [a, b], outputs: [both, shared.apply(again)] as SymbolicTensor[], name: "twice" });
    },
  ],
  [
    "models in models, used twice",
    () => {
      const inner = sequential({ name: "inner", layers: [layers.dense({ units: 6, inputShape: [6] }), dense(6)] });
      const [x, y] = [input({ shape: [6] }), input({ shape: [6] })];
      const branch = modelOf({
        inputs: x,
        outputs: inner.apply(dense(6).apply(x)) as SymbolicTensor,
        name: "branch",
      });
      const sum = layers.add().apply([branch.apply(y), inner.apply(y)] as SymbolicTensor[]);
      return modelOf({ inputs: y, outputs: branch.apply(sum) as SymbolicTensor });
    },
  ],
  [
    "a layer at every step of a sequence, and recurrent layers",
    () =>
      sequential({
        layers: [
          layers.timeDistributed({ layer: dense(6), inputShape: [5, 6] }),
          layers.bidirectional({
            layer: layers.gru({ units: 3, returnSequences: true, recurrentInitializer: "zeros" }),
            mergeMode: "concat",
          }),
          layers.timeDistributed({
            layer: sequential({
              layers: [factorizedDense({ units: 2, dictionary: kernel([6]), rank: 3, inputShape: [6] })],
            }),
          }),
        ],
      }),
  ],
];

describe("merge", () => {
  test.each(topologies)(
    "%s: the same outputs by ordinary layers, from a file that knows nothing else",
    async (_, make) => {
      const model = make();
      fill(model);
      const merged = merge(model);
      expect(classesOf(model)).toMatch(/Factorized/);
      expect(classesOf(merged)).not.toMatch(/Factorized|LowRank/);
      expect(difference(model, merged)).toBeLessThan(1e-5);
      const names = (of: LayersModel) => of.layers.map(({ name }) => name);
      expect(names(merged)).toEqual(names(model));
    },
  );

  const factorized = ({ kernel: domain }: PredictableLayer) =>
    ({ kind: "factorized", dictionary: fourier(domain), rank: { proportion: 0.3 } }) as const;
  test.each<[string, (options: { seed: number; weights: typeof factorized }) => LayersModel]>([
    ["mlp", (options) => mlp({ ...options, hidden: [40, 30] })],
    ["lenet5", lenet5],
    ["convnet", convnet],
    ["allConvolutional", (options) => allConvolutional({ ...options, width: 8 })],
    ["resnet20", (options) => resnet20({ ...options, blocks: 1 })],
    ["convmixer", (options) => convmixer({ ...options, width: 8, depth: 1, input: [12, 12, 3] })],
  ])("%s", (_, create) => {
    const model = create({ seed: 1, weights: factorized });
    expect(difference(model, merge(model))).toBeLessThan(1e-5);
  });

  test("the copy shares nothing with the model, leaves no tensor behind, and is trained or frozen alike", () => {
    const model = sequential({
      layers: [layers.inputLayer({ inputShape: [6] }), dense(6), layers.dense({ units: 2, trainable: false })],
    });
    const before = tf.memory().numTensors;
    const merged = merge(model);
    expect(merged.trainableWeights.map(({ shape }) => shape)).toEqual([[6, 6], [6]]);
    fill(merged);
    expect(difference(model, merged)).toBeGreaterThan(0.1);
    merged.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test("a dilated depthwise layer has no ordinary counterpart", () => {
    const layer = factorizedDepthwiseConv2d({
      kernelSize: 3,
      dilationRate: 2,
      dictionary: kernel([3, 3]),
      rank: 4,
      inputShape: [8, 8, 1],
      name: "wide",
    });
    expect(() => merge(sequential({ layers: [layer] }))).toThrow("(layer wide): dilationRate must be 1");
  });

  test("saved by TensorFlow.js, it is loaded without the classes of Weightcast", async () => {
    const model = topologies[3]![1]();
    fill(model);
    let saved: tf.io.ModelArtifacts | undefined;
    await merge(model).save(
      tf.io.withSaveHandler(async (artifacts) => {
        saved = artifacts;
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
      }),
    );
    expect(JSON.stringify(saved!.modelTopology)).not.toMatch(/"class_name":"(Factorized|LowRank)/);
    expect(difference(model, await loadLayersModel(tf.io.fromMemory(saved!)))).toBeLessThan(1e-5);
  });
});
