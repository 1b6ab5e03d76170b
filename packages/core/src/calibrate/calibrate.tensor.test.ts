import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { stream } from "@weightcast/random";
import { describe, expect, test } from "vitest";
import { factorizedConv1d } from "../layers/factorized-conv1d";
import { factorizedConv2d } from "../layers/factorized-conv2d";
import type { FactorizedDense } from "../layers/factorized-dense";
import { factorizedDense } from "../layers/factorized-dense";
import { factorizedDepthwiseConv2d } from "../layers/factorized-depthwise-conv2d";
import { lowRankDense } from "../layers/low-rank-dense";
import { normals } from "../testing/compare";
import { noiseAtoms } from "../testing/dictionaries";
import { calibrate } from "./calibrate";

describe("calibrate", () => {
  test("gives each column the mean square of a Glorot-initialized dense layer, measured on a drawn one", () => {
    const { normal } = stream(4, "smooth");
    // Strongly correlated inputs: a shared offset and little else.
    const rows = Array.from({ length: 200 }, () => {
      const shared = 3 + normal();
      return Array.from({ length: 30 }, () => shared + 0.1 * normal());
    });
    const x = tf.tensor2d(rows);
    const first = factorizedDense({
      units: 800,
      dictionary: noiseAtoms([30]),
      rank: 3,
      columns: 4,
      activation: "sigmoid",
      inputShape: [30],
    });
    const second = factorizedDense({ units: 40, dictionary: noiseAtoms([800]), rank: 6, columns: 2, gain: 3 });
    const model = tfl.sequential({ layers: [first, second] });
    const before = tf.memory().numTensors;
    const factors = calibrate(model, x);
    expect(tf.memory().numTensors).toBe(before);
    expect(Object.keys(factors)).toEqual([first.name, second.name]);
    expect(factors[first.name]).toHaveLength(4);

    const meanSquare = (y: tf.Tensor) => tf.mean(tf.square(y)).dataSync()[0]!;
    const columns = (layer: FactorizedDense, inputs: tf.Tensor2D) =>
      tf.split(layer.preactivation(inputs), layer.columns, 1).map(meanSquare);
    const glorot = (inputs: tf.Tensor2D, units: number) => {
      // Mean over units of (x·w)², w drawn; 20,000 draws bring it within about 2%.
      const draw = stream(8, `dense/${units}`);
      const deviation = Math.sqrt(2 / (inputs.shape[1] + units));
      const w = Float32Array.from({ length: inputs.shape[1] * 20_000 }, () => deviation * draw.normal());
      return meanSquare(tf.matMul(inputs, tf.tensor2d(w, [inputs.shape[1], 20_000])));
    };
    const expectedFirst = glorot(x, 800);
    for (const value of columns(first, x)) expect(Math.abs(value / expectedFirst - 1)).toBeLessThan(0.05);
    const hidden = first.apply(x) as tf.Tensor2D;
    const square = hidden.dataSync<"float32">().reduce((sum, value) => sum + value * value, 0) / 200;
    for (const value of columns(second, hidden)) expect(value / ((square * 2 * 9) / 840)).toBeCloseTo(1, 4);
  });

  test("inputs that are all zero are refused", () => {
    const layer = factorizedDense({ units: 4, dictionary: noiseAtoms([5]), rank: 2, inputShape: [5] });
    const model = tfl.sequential({ layers: [layer] });
    expect(() => calibrate(model, tf.zeros([3, 5]))).toThrow("give it inputs that are not all zero");
  });

  test("an empty batch, inputs that are not finite, and unknown layer names are refused", () => {
    const layer = factorizedDense({ units: 4, dictionary: noiseAtoms([2, 2]), rank: 2, name: "only" });
    const model = tfl.sequential({ layers: [tfl.layers.flatten({ inputShape: [2, 2, 1], name: "flat" }), layer] });
    const before = layer.coefficients().dataSync();
    expect(() => calibrate(model, tf.zeros([0, 2, 2, 1]))).toThrow(
      RangeError("calibrate: inputs must be a batch of at least 1; got shape [0, 2, 2, 1]"),
    );
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
      expect(() => calibrate(model, tf.tensor4d([1, 1, 1, 1, 1, 1, value, 1], [2, 2, 2, 1]))).toThrow(
        RangeError(`calibrate: inputs must be finite; one is ${value}; check how they are scaled`),
      );
    expect(() => calibrate(model, tf.ones([1, 2, 2, 1]), { layers: ["only", "nope"] })).toThrow(
      RangeError('calibrate: layers must be names of the model\'s layers; got "nope"; it has flat, only'),
    );
    expect(calibrate(model, tf.ones([1, 2, 2, 1]), { layers: [] })).toEqual({});
    expect(layer.coefficients().dataSync()).toEqual(before);
  });

  test("weights that are not finite are reported as such, not as zero inputs", () => {
    const layer = factorizedDense({ units: 4, dictionary: noiseAtoms([5]), rank: 2, inputShape: [5], name: "lost" });
    const model = tfl.sequential({ layers: [layer] });
    layer.rescale([Number.NaN]);
    expect(() => calibrate(model, tf.ones([3, 5]))).toThrow(
      "calibrate: layer lost gives these inputs pre-activations of mean square NaN",
    );
  });

  test("a column that the inputs leave silent stays as it is; the others are scaled", () => {
    const dictionary = {
      ...noiseAtoms([4]),
      atoms: (indices: readonly number[]) => ({ rows: 4, cols: indices.length, data: columnsOf(indices) }),
    };
    const layer = factorizedDense({ units: 4, dictionary, rank: 1, columns: 2, seed: 3, inputShape: [4] });
    const model = tfl.sequential({ layers: [layer] });
    const [a, b] = layer.indices().map(([index]) => index!);
    expect(a).not.toBe(b);
    const x = tf.tensor2d([1, 2, 3, 4].map((value) => [0, 1, 2, 3].map((i) => (i === a ? value : 0))));
    const [first, second] = calibrate(model, x)[layer.name]!;
    expect(second).toBe(1);
    expect(first).toBeGreaterThan(0);
  });

  test("a layer that is within another model, or used twice, is refused by name", () => {
    const layer = () =>
      factorizedDense({ units: 5, dictionary: noiseAtoms([5]), rank: 2, inputShape: [5], name: "deep" });
    const nested = tfl.sequential({ layers: [tfl.sequential({ layers: [layer()] })] });
    expect(() => calibrate(nested, tf.ones([2, 5]))).toThrow("layer deep must be used once");
    const shared = layer();
    const input = tfl.input({ shape: [5] });
    const twice = tfl.model({ inputs: input, outputs: shared.apply(shared.apply(input)) as tfl.SymbolicTensor });
    expect(() => calibrate(twice, tf.ones([2, 5]))).toThrow("layer deep must be used once");
  });
});

describe("calibrate, convolutions", () => {
  test("gives each column the mean square of a Glorot-initialized convolution, measured on a drawn one", () => {
    // Smooth images: each a constant level and little else; zeros beyond the border count.
    const x = tf.add(
      normals<tf.Rank.R4>([40, 1, 1, 3], "level"),
      tf.mul(0.1, normals<tf.Rank.R4>([40, 7, 6, 3], "own")),
    );
    const layer = factorizedConv2d({
      filters: 20,
      kernelSize: [3, 4],
      strides: 2,
      padding: "same",
      columns: 2,
      gain: 2,
      dictionary: noiseAtoms([3, 4]),
      rank: 3,
      inputShape: [7, 6, 3],
    });
    const model = tfl.sequential({ layers: [layer] });
    expect(calibrate(model, x)[layer.name]).toHaveLength(2);
    // Glorot's variance, fans 3·4·3 and 3·4·20; 4,000 filters bring it within about 3%.
    const w = tf.mul(2 * Math.sqrt(2 / (36 + 240)), normals<tf.Rank.R4>([3, 4, 3, 4000], "w"));
    const expected = tf.mean(tf.square(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, "same"))).dataSync()[0]!;
    for (const y of tf.split(layer.preactivation(x as tf.Tensor4D), 2, 3))
      expect(Math.abs(tf.mean(tf.square(y)).dataSync()[0]! / expected - 1)).toBeLessThan(0.08);
  });

  test("a convolution over time and a depthwise one are scaled to glorotSquare", () => {
    const conv = factorizedConv1d({
      filters: 4,
      kernelSize: 3,
      dictionary: noiseAtoms([3]),
      rank: 2,
      columns: 2,
      inputShape: [8, 3],
    });
    const depthwise = factorizedDepthwiseConv2d({
      kernelSize: 2,
      dictionary: noiseAtoms([2, 2]),
      rank: 3,
      depthMultiplier: 2,
    });
    const model = tfl.sequential({ layers: [conv, tfl.layers.reshape({ targetShape: [3, 2, 4] }), depthwise] });
    const x = normals<tf.Rank.R3>([70, 8, 3], "x");
    calibrate(model, x);
    const square = (y: tf.Tensor) => tf.mean(tf.square(y)).dataSync()[0]!;
    expect(square(conv.preactivation(x)) / conv.glorotSquare(x).dataSync()[0]!).toBeCloseTo(1, 4);
    const hidden = tf.reshape<tf.Rank.R4>(conv.apply(x) as tf.Tensor, [70, 3, 2, 4]);
    expect(square(depthwise.preactivation(hidden)) / depthwise.glorotSquare(hidden).dataSync()[0]!).toBeCloseTo(1, 4);
  });
});

describe("calibrate to unit variance", () => {
  const { conv2d, dense, depthwiseConv2d, reLU, batchNormalization, add, flatten, averagePooling2d } = tfl.layers;

  /** Small residual network with every kind of layer, and biases that are not zero. */
  const network = () => {
    const kernelInitializer = tfl.initializers.glorotUniform({ seed: 3 });
    const biased = { biasInitializer: "ones" as const, kernelInitializer };
    const input = tfl.input({ shape: [8, 8, 3] });
    const next = (layer: tfl.layers.Layer, ...on: tfl.SymbolicTensor[]) =>
      layer.apply(on.length === 1 ? on[0]! : on) as tfl.SymbolicTensor;
    const stem = next(
      factorizedConv2d({
        filters: 6,
        kernelSize: 3,
        padding: "same",
        columns: 2,
        dictionary: noiseAtoms([3, 3]),
        rank: 3,
        gain: 5,
        name: "stem",
        activation: "relu",
      }),
      input,
    );
    const wide = next(
      conv2d({ filters: 8, kernelSize: 3, padding: "same", strides: 2, name: "wide", ...biased }),
      stem,
    );
    const active = next(reLU(), next(batchNormalization(), wide));
    const deep = next(
      depthwiseConv2d({
        kernelSize: 3,
        padding: "same",
        name: "depthwise",
        depthwiseInitializer: kernelInitializer,
        biasInitializer: "ones",
      }),
      active,
    );
    const short = next(
      conv2d({ filters: 8, kernelSize: 1, strides: 2, useBias: false, kernelInitializer, name: "short" }),
      stem,
    );
    const flat = next(flatten(), next(averagePooling2d({ poolSize: 2 }), next(reLU(), next(add(), deep, short))));
    const low = next(reLU(), next(lowRankDense({ units: 10, rank: 3, name: "low" }), flat));
    const mixed = next(
      factorizedDense({
        units: 12,
        dictionary: noiseAtoms([10]),
        rank: 4,
        columns: 3,
        name: "mixed",
        activation: "tanh",
      }),
      low,
    );
    return tfl.model({ inputs: input, outputs: next(dense({ units: 5, name: "logits", ...biased }), mixed) });
  };

  test("scales every layer, along branches too, as measured from outside by models of the model's parts", () => {
    const model = network();
    const x = tf.add(normals<tf.Rank.R4>([70, 1, 1, 3], "level"), normals<tf.Rank.R4>([70, 8, 8, 3], "x"));
    const norm = model.layers.find((layer) => layer.getClassName() === "BatchNormalization")!;
    const before = norm.getWeights().map((weight) => weight.dataSync());
    const tensors = tf.memory().numTensors;
    const factors = calibrate(model, x, { target: "unit" });
    expect(tf.memory().numTensors).toBe(tensors);
    const names = ["stem", "wide", "depthwise", "short", "low", "mixed", "logits"];
    expect(Object.keys(factors).sort()).toEqual([...names].sort());
    expect([factors.stem, factors.mixed, factors.logits].map((list) => list!.length)).toEqual([2, 3, 1]);
    expect(norm.getWeights().map((weight) => weight.dataSync())).toEqual(before);

    for (const name of names) {
      const layer = model.getLayer(name);
      const below = tfl.model({ inputs: model.inputs, outputs: layer.input as tfl.SymbolicTensor });
      const at = below.predict(x) as tf.Tensor;
      const linear = (of: tf.Tensor): tf.Tensor =>
        "preactivation" in layer
          ? (layer as FactorizedDense).preactivation(of as tf.Tensor2D)
          : (layer.apply(of) as tf.Tensor);
      const y = tf.sub(linear(at), linear(tf.zerosLike(at)));
      for (const part of tf.split(y, factors[name]!.length, -1))
        expect(Math.abs(tf.mean(tf.square(part)).dataSync()[0]! - 1)).toBeLessThan(1e-4);
    }
  });

  test("scales only the named layers", () => {
    const model = network();
    const [wide, logits] = ["wide", "logits"].map((name) => model.getLayer(name).getWeights()[0]!.dataSync());
    expect(Object.keys(calibrate(model, tf.ones([2, 8, 8, 3]), { target: "unit", layers: ["wide"] }))).toEqual([
      "wide",
    ]);
    expect(model.getLayer("wide").getWeights()[0]!.dataSync()).not.toEqual(wide);
    expect(model.getLayer("logits").getWeights()[0]!.dataSync()).toEqual(logits);
  });

  test("a layer of tf.layers that includes an activation is refused, unless it is left out", () => {
    const model = tfl.sequential({
      layers: [
        dense({ units: 3, activation: "relu", kernelInitializer: "ones", inputShape: [4], name: "bent" }),
        dense({ units: 2, kernelInitializer: "ones", name: "plain" }),
      ],
    });
    expect(() => calibrate(model, tf.ones([2, 4]), { target: "unit" })).toThrow(
      'calibrate: layer bent includes an activation, "relu"',
    );
    expect(Object.keys(calibrate(model, tf.ones([2, 4]), { target: "unit", layers: ["plain"] }))).toEqual(["plain"]);
    expect(calibrate(model, tf.ones([2, 4]))).toEqual({});
    expect(() => calibrate(model, tf.ones([2, 4]), { target: "lsuv" as never })).toThrow(
      'calibrate: target must be "glorot" or "unit"; got "lsuv"',
    );
  });

  test("a model with two inputs is refused", () => {
    const inputs = [tfl.input({ shape: [2] }), tfl.input({ shape: [2] })];
    const model = tfl.model({ inputs, outputs: add().apply(inputs) as tfl.SymbolicTensor });
    expect(() => calibrate(model, tf.ones([1, 2]))).toThrow("calibrate: the model must have one input; it has 2");
  });
});

/** Columns of the 4 × 4 identity. */
function columnsOf(indices: readonly number[]): Float32Array {
  const data = new Float32Array(4 * indices.length);
  indices.forEach((index, j) => {
    data[index * indices.length + j] = 1;
  });
  return data;
}
