import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import {
  input,
  type LayersModel,
  layers,
  model as modelOf,
  type SymbolicTensor,
  sequential,
} from "@tensorflow/tfjs-layers";
import {
  factorizedConv1d,
  factorizedConv2d,
  factorizedDense,
  factorizedDepthwiseConv2d,
  isFactorized,
} from "@weightcast/core";
import type { Dictionary } from "@weightcast/dictionary";
import { fourier } from "@weightcast/dictionary-fourier";
import { kernel } from "@weightcast/dictionary-kernel";
import { gaussian } from "@weightcast/dictionary-random";
import { stream } from "@weightcast/random";
import * as node from "onnxruntime-node";
import * as web from "onnxruntime-web";
import { beforeAll, describe, expect, test } from "vitest";
import { networks } from "../../testing/models";
import { network } from "../../testing/networks";
import { difference, inputsFor, outputsOf, runOnnx } from "../../testing/run-onnx";
import { type OnnxForm, toOnnx } from "./onnx";
import type { QuantizedWeight } from "./quantized";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const forms: readonly OnnxForm[] = ["merged", "factored", "smallest"];

/** Largest difference between a model and its ONNX file. */
async function worst(model: LayersModel, bytes: Uint8Array, count = 3): Promise<number> {
  const inputs = inputsFor(model, count);
  const { outputs } = await runOnnx(bytes, inputs);
  return Math.max(...outputsOf(model, inputs).map((expected, i) => difference(outputs[i]!, expected)));
}

describe.each(["dense", "factorized"] as const)("%s", (kind) => {
  test.each(networks(kind))("%s gives the original's outputs", async (_, create) => {
    const model = create();
    for (const form of kind === "dense" ? (["merged"] as const) : (["merged", "smallest"] as const)) {
      const { bytes } = toOnnx(model, {}, { form });
      expect(await worst(model, bytes)).toBeLessThan(1e-5);
    }
  });
});

test("a smaller form has fewer bytes, and says what became of each layer", () => {
  const hidden = (units: number, domain: number[], options = {}) =>
    factorizedDense({ units, dictionary: kernel(domain), rank: 20, name: `hidden_${units}`, ...options });
  const noise = factorizedDense({ units: 30, dictionary: gaussian([90]), rank: 85, name: "noise" });
  const model = sequential({ layers: [hidden(100, [20, 20], { inputShape: [400] }), hidden(90, [100]), noise] });
  const [merged, factored, smallest] = forms.map((form) => toOnnx(model, {}, { form }));
  expect(merged!.bytes.length).toBeGreaterThan(4 * (400 * 100 + 100 * 90 + 90 * 30));
  expect(factored!.bytes.length).toBeLessThan(
    4 * (400 * 20 + 20 * 100 + 100 * 20 + 20 * 90 + 90 * 85 + 85 * 30) + 5000,
  );
  expect(smallest!.bytes.length).toBeLessThan(4 * (20 * 100 + 20 * 90 + 90 * 85 + 85 * 30) + 15_000);
  expect(merged!.layers).toEqual(
    ["hidden_100", "hidden_90", "noise"].map((name) => ({ name, order: "merged", atoms: "none" })),
  );
  expect(smallest!.layers).toEqual([
    { name: "hidden_100", order: "inputs-first", atoms: "computed" },
    { name: "hidden_90", order: "inputs-first", atoms: "computed" },
    // 85 · (90 + 30) multiplications are more than 90 · 30.
    { name: "noise", order: "weights-first", atoms: "stored", reason: 'no formula for "gaussian" with its options' },
  ]);
});

/** Networks of every kind of layer, in every order of the product. */
const kinds = (order: "auto" | "inputs-first" | "weights-first") =>
  sequential({
    layers: [
      factorizedConv2d({
        filters: 6,
        kernelSize: 3,
        padding: "same",
        strides: [2, 1],
        dictionary: kernel([3, 3]),
        rank: 5,
        columns: 2,
        activation: "relu",
        order,
        inputShape: [12, 9, 3],
      }),
      factorizedDepthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, dictionary: fourier([3, 3]), rank: 4, order }),
      factorizedConv2d({
        filters: 6,
        kernelSize: 3,
        dilationRate: 2,
        dictionary: fourier([3, 3]),
        rank: 8,
        order,
        padding: "same",
      }),
      layers.reshape({ targetShape: [28, 6] }),
      factorizedConv1d({ filters: 8, kernelSize: 5, dictionary: gaussian([5]), rank: 3, activation: "tanh", order }),
      layers.flatten(),
      factorizedDense({
        units: 6,
        dictionary: gaussian([192]),
        rank: 9,
        columns: 3,
        order,
        base: tf.randomNormal([192, 6], 0, 0.1, "float32", 5),
      }),
      layers.dense({ units: 3, activation: "sigmoid" }),
    ],
  });

describe("every kind of layer", () => {
  test.each(["auto", "inputs-first", "weights-first"] as const)("%s", async (order) => {
    const model = kinds(order);
    const { call } = model.layers[0]!;
    for (const form of forms) {
      const { bytes, layers: facts } = toOnnx(model, {}, { form });
      expect(await worst(model, bytes)).toBeLessThan(1e-5);
      if (form !== "merged" && order !== "auto") expect(facts.every((layer) => layer.order === order)).toBe(true);
    }
    expect(model.layers[0]!.call).toBe(call);
    expect(model.layers.some((layer) => Object.hasOwn(layer, "call"))).toBe(false);
  });

  test("one learned from data stores its atoms, as the model file does; batch normalization", async () => {
    const model = network();
    const { bytes, layers: facts } = toOnnx(model, {}, { form: "smallest" });
    expect(facts.at(-1)).toMatchObject({ atoms: "stored", reason: "learned from data" });
    expect(await worst(model, bytes)).toBeLessThan(1e-5);
  });
});

test("several inputs and outputs, a shared layer, a model in a model and a TimeDistributed layer", async () => {
  const dense = (name: string) =>
    factorizedDense({ units: 6, dictionary: fourier([6]), rank: 4, name, activation: "tanh" });
  const [a, b] = [input({ shape: [5, 6], name: "left" }), input({ shape: [6], name: "right" })];
  const inner = sequential({ layers: [layers.inputLayer({ inputShape: [6] }), dense("inner")] });
  const steps = layers.timeDistributed({ layer: dense("each") }).apply(a) as SymbolicTensor;
  const pooled = layers.globalAveragePooling1d({ name: "pooled" }).apply(steps) as SymbolicTensor;
  const both = layers.add({ name: "both" }).apply([inner.apply(pooled), inner.apply(b)] as SymbolicTensor[]);
  const model = modelOf({ inputs: [a, b], outputs: [both as SymbolicTensor, pooled] });
  for (const form of forms) {
    const { bytes } = toOnnx(model, {}, { form });
    expect(await worst(model, bytes, 4)).toBeLessThan(1e-5);
    expect((await runOnnx(bytes, inputsFor(model, 1))).names).toEqual(["both", "pooled"]);
  }
});

test("layers of inner models that have the same name keep their own atoms", async () => {
  const inner = (dictionary: Dictionary) =>
    sequential({ layers: [factorizedDense({ units: 60, dictionary, rank: 25, name: "same", inputShape: [60] })] });
  for (const dictionaries of [
    [fourier([60]), gaussian([60])],
    [gaussian([60]), fourier([60])],
    [fourier([60]), fourier([60], { basis: "hartley" })],
  ]) {
    const model = sequential({ layers: dictionaries.map(inner) });
    const { bytes, layers: facts } = toOnnx(model, {}, { form: "smallest" });
    expect(facts.some(({ atoms }) => atoms === "computed")).toBe(true);
    expect(await worst(model, bytes)).toBeLessThan(1e-5);
    const weight = { values: new Int8Array(1500), scale: Float32Array.of(1), axis: 0 };
    expect(() => toOnnx(model, {}, { form: "factored", quantized: new Map([["same/coefficients", weight]]) })).toThrow(
      '2 have the name "same/coefficients"',
    );
  }
});

describe("around the model", () => {
  const image = () => sequential({ layers: [layers.flatten({ inputShape: [4, 4, 3] }), layers.dense({ units: 5 })] });
  const notes = {
    inputs: { scale: [1 / 70, 1 / 60, 1 / 50], offset: [-1, 0, 0.5] },
    classes: ["a", "b", "c", "d", "é"],
    task: "classification",
    origin: { id: "x1" },
  };

  test("pixels come in and probabilities out, as TensorFlow.js computes them", async () => {
    const model = image();
    const pixels = inputsFor(model, 3, 255);
    const { bytes } = toOnnx(model, notes, { standardize: true, softmax: true });
    const expected = tf.tidy(() => {
      const x = tf.add(tf.mul(pixels[0]!, tf.tensor1d(notes.inputs.scale)), tf.tensor1d(notes.inputs.offset));
      return tf.softmax(model.predict(x) as tf.Tensor).dataSync<"float32">();
    });
    const { names, outputs } = await runOnnx(bytes, pixels);
    expect(names).toEqual(["probabilities"]);
    expect(difference(outputs[0]!, expected)).toBeLessThan(1e-5);
  });

  test("channels of flattened images take turns", async () => {
    const model = sequential({ layers: [layers.dense({ units: 5, inputShape: [6] })] });
    const pixels = inputsFor(model, 2, 255);
    const { bytes } = toOnnx(model, notes, { standardize: true });
    const turns = (of: readonly number[]) => tf.tensor1d([...of, ...of]);
    const expected = tf.tidy(() => {
      const x = tf.add(tf.mul(pixels[0]!, turns(notes.inputs.scale)), turns(notes.inputs.offset));
      return (model.predict(x) as tf.Tensor).dataSync<"float32">();
    });
    expect(difference((await runOnnx(bytes, pixels)).outputs[0]!, expected)).toBeLessThan(1e-5);
  });

  test("numbers of a table come in as they are, missing ones too, and predictions are in units of the target", async () => {
    const model = sequential({ layers: [layers.dense({ units: 1, inputShape: [3] })] });
    const table = {
      inputs: { scale: [0.1, 2, 3], offset: [-5, 0.25, 0], shape: [3] },
      columns: [{ name: "age" }, { name: "kind", words: ["a", "b"] }],
      target: { name: "price", scale: 250, offset: 1200 },
      task: "regression",
    };
    const rows = [51, 1, 0, Number.NaN, 0, 1];
    const [w, b] = model.getWeights().map((one) => [...one.dataSync()]) as [number[], number[]];
    const expected = [0, 1].map((row) => {
      const { scale, offset } = table.inputs;
      const x = [0, 1, 2].map((i) =>
        Number.isNaN(rows[3 * row + i]!) ? 0 : rows[3 * row + i]! * scale[i]! + offset[i]!,
      );
      return 250 * x.reduce((sum, value, i) => sum + value * w[i]!, b[0]!) + 1200;
    });
    const { bytes } = toOnnx(model, table, { standardize: true });
    const { names, outputs } = await runOnnx(bytes, [tf.tensor2d(rows, [2, 3])]);
    expect(names).toEqual(["output"]);
    expect(difference(outputs[0]!, Float32Array.from(expected))).toBeLessThan(1e-5);
    const text = Buffer.from(bytes).toString("utf8");
    expect(text).toContain('{"name":"price"}');
    expect(text).not.toContain('"scale"');
    expect(() => toOnnx(model, table, { softmax: true })).toThrow("softmax is for logits; the model predicts numbers");
  });

  test("names, any batch size and notes are in the file", async () => {
    const { bytes } = toOnnx(image(), notes);
    const session = await node.InferenceSession.create(bytes);
    expect(session.inputMetadata).toMatchObject([{ name: "input", type: "float32", shape: ["batch", 4, 4, 3] }]);
    expect(session.outputMetadata).toMatchObject([{ name: "logits", type: "float32", shape: ["batch", 5] }]);
    await session.release();
    const text = Buffer.from(bytes).toString("utf8");
    for (const note of Object.values(notes)) expect(text).toContain(JSON.stringify(note));
    expect(Buffer.from(toOnnx(image(), notes, { standardize: true }).bytes).toString("utf8")).not.toContain('"scale"');
  });

  test("weights have the names that the model file gives them, and U its layer's", () => {
    const hidden = factorizedDense({ units: 4, dictionary: gaussian([5]), rank: 2, name: "hidden", inputShape: [5] });
    const model = sequential({ layers: [hidden, layers.batchNormalization({ name: "norm" })] });
    const text = Buffer.from(toOnnx(model, {}, { form: "factored" }).bytes).toString("latin1");
    for (const name of ["hidden/coefficients", "hidden/bias", "hidden/atoms", "norm/gamma", "norm/moving_mean"])
      expect(text).toContain(name);
  });

  test.each<[object, Parameters<typeof toOnnx>[2], string]>([
    [{}, { standardize: true }, "standardize needs the standardization in the model's notes"],
    [{ inputs: { scale: [1, 2], offset: 0 } }, { standardize: true }, "scale in the model's notes must be one number"],
    [{}, { form: "small" as never }, 'form must be merged, factored or smallest; got "small"'],
    [{}, { inputs: ["a", "b"] }, 'inputs must be 1 different names; got ["a","b"]'],
    [{}, { outputs: [""] }, 'outputs must be 1 different names; got [""]'],
    [{}, { quantized: new Map([["x", {} as never]]) }, 'quantized must have names of the file\'s weights; got "x"'],
  ])("%o with %o is refused", (given, options, message) => {
    expect(() => toOnnx(image(), given, options)).toThrow(message);
  });

  test("a softmax of probabilities, and lengths that are not fixed, are refused", () => {
    const probable = sequential({
      layers: [layers.dense({ units: 5, inputShape: [6], activation: "softmax", name: "last" })],
    });
    expect(() => toOnnx(probable, {}, { softmax: true })).toThrow(
      "the model's last layer, last, already gives probabilities",
    );
    const free = sequential({ layers: [layers.conv1d({ filters: 2, kernelSize: 3, inputShape: [null as never, 6] })] });
    expect(() => toOnnx(free)).toThrow("must have fixed lengths besides the batch");
  });
});

describe("quantized weights", () => {
  /** Weight rounded to 8 bits, with its own scale for each index of the axes. */
  function quantize(weight: tf.Tensor, axis: readonly number[]): QuantizedWeight & { readonly rounded: tf.Tensor } {
    const others = weight.shape.map((_, one) => one).filter((one) => !axis.includes(one));
    const scale = tf.div(tf.max(tf.abs(weight), others, true), 127);
    const values = tf.round(tf.div(weight, scale));
    return {
      values: Int8Array.from(values.dataSync()),
      scale: scale.dataSync<"float32">().slice(),
      axis,
      rounded: tf.mul(values, scale),
    };
  }

  test("are a quarter of the bytes, and give what the rounded model gives", async () => {
    const model = sequential({
      layers: [
        factorizedDense({ inputShape: [60], units: 40, dictionary: fourier([60]), rank: 20, columns: 4, name: "a" }),
        layers.dense({ units: 5, name: "b" }),
      ],
    });
    const [v, , w] = model.weights;
    const whole = toOnnx(model, {}, { form: "factored" }).bytes.length;
    const random = stream(1, "v");
    const spread = Float32Array.from({ length: v!.read().size }, (_, i) => random.normal() * (1 + (i % 10)));
    v!.write(tf.tensor(spread, v!.shape as number[]));
    const integers = new Map([
      [v!.originalName, quantize(v!.read(), [0, 2])],
      [w!.originalName, quantize(w!.read(), [1])],
    ]);
    const { bytes } = toOnnx(model, {}, { form: "factored", quantized: integers });
    expect(whole - bytes.length).toBeGreaterThan(0.7 * 4 * (v!.read().size + w!.read().size) - 1000);
    v!.write(integers.get(v!.originalName)!.rounded);
    w!.write(integers.get(w!.originalName)!.rounded);
    expect(await worst(model, bytes)).toBeLessThan(1e-5);
  });
});

test("the web's runtime computes the same, from formulas too", async () => {
  const model = sequential({
    layers: [
      factorizedDense({ inputShape: [144], units: 20, dictionary: kernel([12, 12]), rank: 30, columns: 2 }),
      factorizedDense({ units: 10, dictionary: fourier([20], { basis: "hartley" }), rank: 5 }),
    ],
  });
  const inputs = inputsFor(model, 3);
  const { bytes, layers: facts } = toOnnx(model, {}, { form: "smallest" });
  expect(facts[0]).toMatchObject({ atoms: "computed" });
  web.env.wasm.numThreads = 1;
  const { outputs } = await runOnnx(bytes, inputs, web as never);
  expect(difference(outputs[0]!, outputsOf(model, inputs)[0]!)).toBeLessThan(1e-5);
  expect(model.layers.every(isFactorized)).toBe(true);
});
