import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { type LayersModel, loadLayersModel } from "@tensorflow/tfjs-layers";
import { account, calibrate, isFactorized, registerLayers } from "@weightcast/core";
import { dictionaries } from "@weightcast/dictionary";
import { beforeAll, describe, expect, test } from "vitest";
import { assemble } from "./assemble/assemble";
import type { LayerWeights } from "./assemble/weights";
import {
  allConvolutional,
  convmixer,
  convnet,
  lenet5,
  mlp,
  type Network,
  type NetworkOptions,
  resnet20,
} from "./networks";
import { type PredictableLayer, weightCount } from "./plans/predictable";
import { noise, noiseAtoms } from "./testing/noise";

/** Every network, small. */
const cases = [
  of("mlp", [35], mlp, { input: [5, 7], hidden: [12, 8], classes: 4 }),
  of("convnet", [14, 15, 1], convnet, { input: [14, 15, 1], classes: 4 }),
  of("lenet5", [28, 28, 2], lenet5, { input: [28, 28, 2], classes: 4, activation: "tanh", pool: "average" }),
  of("allConvolutional", [12, 12, 3], allConvolutional, { input: [12, 12, 3], classes: 4, width: 4 }),
  of("resnet20", [7, 8, 3], resnet20, { input: [7, 8, 3], classes: 4, blocks: 2 }),
  of("convmixer", [9, 8, 3], convmixer, { input: [9, 8, 3], classes: 4, width: 6, depth: 2, kernelSize: 3 }),
];

function of<Options extends object>(
  name: string,
  input: readonly number[],
  network: Network<Options>,
  options: NoInfer<Options>,
) {
  return {
    name,
    input,
    make: (more: NetworkOptions) => network({ ...options, ...more }),
    plan: () => network.plan(options),
    predictable: () => network.predictable(options),
  };
}

/** Atoms over the grid of each layer. */
const factorized = ({ kernel, kind }: PredictableLayer): LayerWeights => ({
  kind: "factorized",
  dictionary: noiseAtoms(kernel),
  rank: { proportion: 0.25 },
  columns: kind === "depthwise" ? 1 : 2,
});

const batch = (input: readonly number[]) =>
  tf.tidy(() => {
    const size = input.reduce((a, b) => a * b, 2);
    return tf.reshape(tf.sin(tf.mul(tf.range(0, size), 1.7)), [2, ...input]);
  });

const values = (model: LayersModel) =>
  Object.fromEntries(
    model.layers.map((layer) => [layer.name, layer.getWeights().map((weight) => [...weight.dataSync().slice(0, 40)])]),
  );

describe.each(cases)("$name", ({ input, make, plan, predictable }) => {
  beforeAll(() => {
    registerLayers();
    dictionaries.register(noise);
  });

  test("lists, without making tensors, the layers that have a kernel and do not give the logits", () => {
    const before = tf.memory().numTensors;
    const listed = predictable();
    expect(tf.memory().numTensors).toBe(before);
    const model = make({});
    const found = model.layers.flatMap((layer) => {
      const [kernel] = ["Conv2D", "DepthwiseConv2D", "Dense"].includes(layer.getClassName()) ? layer.getWeights() : [];
      return kernel ? [{ name: layer.name, size: kernel.size, units: kernel.shape.at(-1) }] : [];
    });
    expect(found.pop()?.name).toBe("logits");
    expect(listed.map((layer) => ({ name: layer.name, size: weightCount(layer), units: layer.filters }))).toEqual(
      found,
    );
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test("asks once for each layer's weights", () => {
    const asked: PredictableLayer[] = [];
    const weights = (layer: PredictableLayer): LayerWeights => {
      asked.push(layer);
      return { kind: "dense" };
    };
    make({ weights }).dispose();
    expect(asked).toEqual(predictable());
  });

  test("the same seed gives the same network; changing one layer leaves the others as they were", () => {
    const [first] = predictable();
    const of = (options: NetworkOptions) => {
      const model = make(options);
      const found = values(model);
      model.dispose();
      return found;
    };
    const dense = of({ seed: 1 });
    expect(of({ seed: 1 })).toEqual(dense);
    const other = of({ seed: 2 });
    for (const { name } of predictable()) expect(other[name]![0]).not.toEqual(dense[name]![0]);
    const { [first!.name]: changed, ...rest } = of({
      seed: 1,
      weights: (layer) => (layer.name === first!.name ? factorized(layer) : { kind: "dense" }),
    });
    const { [first!.name]: unchanged, ...same } = dense;
    expect(rest).toEqual(same);
    expect(changed).not.toEqual(unchanged);
  });

  test("factorized, it gives what the dense network gives with W = U V in it", () => {
    const sparse = make({ weights: factorized, seed: 3 });
    const dense = make({});
    for (const layer of dense.layers) {
      const source = sparse.getLayer(layer.name);
      const [kernel, ...others] = layer.getWeights();
      if (!kernel) continue;
      const w = isFactorized(source) ? source.weightMatrix() : source.getWeights()[0]!;
      layer.setWeights([tf.reshape(w, kernel.shape), ...source.getWeights().slice(1)]);
      expect(source.getWeights()).toHaveLength(1 + others.length);
    }
    const x = batch(input);
    const expected = (dense.predict(x) as tf.Tensor).arraySync() as number[][];
    const got = (sparse.predict(x) as tf.Tensor).arraySync() as number[][];
    const scale = Math.max(...expected.flat().map(Math.abs));
    expect(got).toHaveLength(2);
    got.forEach((row, i) => {
      expect(row).toHaveLength(4);
      row.forEach((value, j) => {
        expect(Math.abs(value - expected[i]![j]!) / scale).toBeLessThan(1e-4);
      });
    });
    expect(account(sparse).layers.map(({ layer, dense }) => ({ layer, dense }))).toEqual(
      predictable().map((layer) => ({ layer: layer.name, dense: weightCount(layer) })),
    );
    sparse.dispose();
    dense.dispose();
  });

  test("gradients reach every weight that is trained", () => {
    const model = make({ weights: factorized, seed: 4 });
    const x = batch(input);
    const { grads } = tf.variableGrads(() => {
      const logits = model.apply(x, { training: true }) as tf.Tensor2D;
      return tf.losses.softmaxCrossEntropy(tf.oneHot(tf.tensor1d([0, 2], "int32"), 4), logits) as tf.Scalar;
    });
    const largest = (gradient: tf.Tensor) => tf.tidy(() => tf.max(tf.abs(gradient)).dataSync()[0]!);
    for (const { name } of model.trainableWeights) {
      expect(grads, name).toHaveProperty([name]);
      expect(largest(grads[name]!), name).toBeGreaterThan(0);
      expect(largest(grads[name]!), name).toBeLessThan(1e3);
    }
    model.dispose();
  });

  test("every layer with weights can be scaled to inputs, as the plan says", () => {
    const model = make({ weights: factorized, seed: 6 });
    const { start } = plan();
    const factors = calibrate(model, batch(input), { target: start });
    expect(Object.keys(factors)).toEqual([
      ...predictable().map(({ name }) => name),
      ...(start === "unit" ? ["logits"] : []),
    ]);
    expect(
      Object.values(factors)
        .flat()
        .every((factor) => factor > 0 && factor !== 1),
    ).toBe(true);
    model.dispose();
  });

  test("up to a layer, it gives what that layer takes", () => {
    const model = make({ weights: factorized, seed: 7 });
    const x = batch(input);
    for (const { name, input: shape } of predictable().slice(1)) {
      const below = assemble(plan(), { weights: factorized, seed: 7, until: name });
      const taken = below.predict(x) as tf.Tensor;
      expect(taken.shape).toEqual([2, ...shape]);
      const outputs = model.getLayer(name).input as tfl.SymbolicTensor;
      const expected = tfl.model({ inputs: model.inputs, outputs }).predict(x) as tf.Tensor;
      expect(taken.dataSync()).toEqual(expected.dataSync());
      tf.dispose([taken, expected]);
      below.dispose();
    }
    expect(() => assemble(plan(), { until: "conv_99" })).toThrow('logits; got "conv_99"');
    model.dispose();
  });

  test("comes back from a file as it was", async () => {
    const model = make({ weights: factorized, seed: 5 });
    let artifacts: tf.io.ModelArtifacts | undefined;
    await model.save(
      tf.io.withSaveHandler(async (saved) => {
        artifacts = structuredClone(saved);
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
      }),
    );
    const again = await loadLayersModel(tf.io.fromMemory(artifacts!));
    const x = batch(input);
    expect((again.predict(x) as tf.Tensor).dataSync()).toEqual((model.predict(x) as tf.Tensor).dataSync());
    model.dispose();
    again.dispose();
  });

  test("what is refused leaves no tensors behind", () => {
    const before = tf.memory().numTensors;
    const last = predictable().at(-1)!.name;
    const weights = (layer: PredictableLayer): LayerWeights =>
      layer.name === last ? { kind: "factorized", dictionary: noiseAtoms([2]), rank: 3 } : { kind: "dense" };
    expect(() => make({ weights })).toThrow("rank must be an integer in [1, 2]");
    expect(tf.memory().numTensors).toBe(before);
  });
});
