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
import { full, lora, oneSided, registerLayers, sparse, twoSided, vera } from "@weightcast/core";
import { dictionaries } from "@weightcast/dictionary";
import fouriers, { fourier } from "@weightcast/dictionary-fourier";
import kernels, { kernel } from "@weightcast/dictionary-kernel";
import randoms, { gaussian } from "@weightcast/dictionary-random";
import wavelets, { wavelet } from "@weightcast/dictionary-wavelet";
import { beforeAll, describe, expect, test } from "vitest";
import { difference, fill, inputsOf, normals, numbers, outputsOf } from "../testing/models";
import { adapt } from "./adapt";
import { adaptedOf } from "./adapted";

beforeAll(() => {
  registerLayers();
  dictionaries.register(...fouriers, ...kernels, ...randoms, ...wavelets);
});

const dense = (name: string, units = 6) => layers.dense({ units, name, activation: "tanh", inputShape: [6] });

/** Models by what is special about their topology, with the paths of the layers that can be adapted. */
const topologies: readonly [string, readonly string[], () => LayersModel][] = [
  [
    "branches, and a layer used twice",
    ["shared", "end"],
    () => {
      const [a, b] = [input({ shape: [6] }), input({ shape: [6] })];
      const shared = dense("shared");
      const sum = layers.add().apply([shared.apply(a), shared.apply(b)] as SymbolicTensor[]);
      const end = dense("end").apply(shared.apply(sum)) as SymbolicTensor;
      return modelOf({ inputs: [a, b], outputs: [end, sum as SymbolicTensor] });
    },
  ],
  [
    "models in models",
    ["branch/inner/in", "branch/out"],
    () => {
      const inner = sequential({ name: "inner", layers: [dense("in"), layers.batchNormalization()] });
      inner.trainable = false;
      const x = input({ shape: [6] });
      const branch = modelOf({
        inputs: x,
        outputs: dense("out").apply(inner.apply(x)) as SymbolicTensor,
        name: "branch",
      });
      const y = input({ shape: [6] });
      return modelOf({ inputs: y, outputs: branch.apply(branch.apply(y)) as SymbolicTensor });
    },
  ],
  [
    "time, recurrent layers and normalization",
    ["steps/each", "read"],
    () =>
      sequential({
        layers: [
          layers.timeDistributed({ layer: dense("each"), name: "steps", inputShape: [4, 6] }),
          layers.gru({ units: 6, recurrentInitializer: "glorotNormal" }),
          layers.layerNormalization(),
          layers.dense({ units: 3, name: "read" }),
        ],
      }),
  ],
];

describe.each(topologies)("%s", (_, paths, make) => {
  test("paths, equality, what is trained, merge and unload", () => {
    const model = make();
    const met: string[] = [];
    const adapted = adapt(model, ({ path }) => {
      met.push(path);
      return sparse({ dictionary: fourier, entries: 4 });
    });
    expect(met.sort()).toEqual([...paths].sort());
    expect(outputsOf(adapted.model)).toEqual(outputsOf(model));
    expect(adapted.model.trainableWeights.map(({ shape }) => shape)).toEqual(paths.map(() => [1, 4]));
    expect(adapted.learned("default")).toBe(4 * paths.length);
    fill(adapted.model);
    const outputs = outputsOf(adapted.model);
    expect(difference(outputs, outputsOf(model))).toBeGreaterThan(1e-3);
    const merged = adapted.merge();
    expect(JSON.stringify(merged.toJSON(null, false))).not.toMatch(/Adapted/);
    expect(difference(outputsOf(merged), outputs)).toBeLessThan(1e-6);
    expect(merged.trainableWeights.length).toBeGreaterThan(2);
    expect(outputsOf(adapted.unload())).toEqual(outputsOf(model));
    expect(adapted.active).toBe("default");
  });

  test("saved with its adapters by TensorFlow.js, loaded, and taken up again", async () => {
    const adapted = adapt(make(), () => lora({ rank: 2 }), { name: "one", biases: true });
    adapted.add("Two_B", {
      [paths[0]!]: twoSided({ inputs: { dictionary: gaussian, rank: 2 }, outputs: { dictionary: gaussian, rank: 2 } }),
    });
    fill(adapted.model);
    adapted.scale("one", 0.5);
    const file = await savedOf(adapted.model);
    const loaded = await loadLayersModel(tf.io.fromMemory(file));
    expect(outputsOf(loaded)).toEqual(outputsOf(adapted.model));
    const again = adaptedOf(loaded);
    expect([again.names, again.active]).toEqual([["one", "Two_B"], "one"]);
    for (const name of ["Two_B", undefined]) {
      for (const one of [again, adapted]) one.use(name);
      if (name) for (const one of [again, adapted]) fill(one.model, "second");
      expect(outputsOf(again.model)).toEqual(outputsOf(adapted.model));
    }
  });
});

/** What TensorFlow.js saves of a model. */
async function savedOf(model: LayersModel): Promise<tf.io.ModelArtifacts> {
  let saved: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved = structuredClone(artifacts);
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
    }),
  );
  return saved!;
}

const classifier = () =>
  sequential({
    layers: [
      layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [6, 6, 1], name: "conv" }),
      layers.batchNormalization({ name: "norm" }),
      layers.reLU(),
      layers.depthwiseConv2d({ kernelSize: 2, name: "deep" }),
      layers.flatten(),
      layers.dense({ units: 3, name: "logits" }),
    ],
  });

describe("several adapters", () => {
  test("each has its outputs; switched, scaled, removed", () => {
    const model = classifier();
    const adapted = adapt(model, { conv: lora({ rank: 1 }), logits: full() }, { name: "a" });
    fill(adapted.model, "a");
    const a = outputsOf(adapted.model);
    adapted.add("b", { "*": sparse({ dictionary: wavelet, entries: 6 }) });
    expect(outputsOf(adapted.model)).toEqual(a);
    adapted.use("b");
    expect(adapted.model.trainableWeights.map(({ shape }) => shape)).toEqual([
      [1, 6],
      [1, 6],
      [1, 6],
    ]);
    expect(outputsOf(adapted.model)).toEqual(outputsOf(model));
    fill(adapted.model, "b");
    const b = outputsOf(adapted.model);
    expect(difference(outputsOf(adapted.merge("a")), a)).toBeLessThan(1e-6);
    expect(outputsOf(adapted.model)).toEqual(b);
    adapted.use("a");
    expect(outputsOf(adapted.model)).toEqual(a);

    // The outputs of the last layer are linear in the factor, if it alone is adapted.
    adapted.add("c", { logits: full() });
    adapted.use("c");
    fill(adapted.model, "c");
    const [zero, one] = [outputsOf(model), outputsOf(adapted.model)];
    adapted.scale("c", 0.25);
    expect(
      difference(
        outputsOf(adapted.model),
        zero.map((value, i) => 0.75 * value + 0.25 * one[i]!),
      ),
    ).toBeLessThan(1e-5);
    adapted.remove("c");
    expect([adapted.names, adapted.active]).toEqual([["a", "b"], undefined]);
    expect(outputsOf(adapted.model)).toEqual(zero);
    adapted.add("c", { logits: lora({ rank: 1 }) });
  });

  test("no tensor is left: of a refused adapter, a removed one, and a disposed model", () => {
    const model = classifier();
    const before = tf.memory().numTensors;
    const wrong = {
      conv: sparse({ dictionary: fourier, entries: 5 }),
      logits: sparse({ dictionary: fourier([3, 3]), entries: 5 }),
    };
    expect(() => adapt(model, wrong)).toThrow("adapt (layer logits): the dictionary must be over the");
    expect(tf.memory().numTensors).toBe(before);
    const adapted = adapt(model, { "*": sparse({ dictionary: fourier, entries: 5 }) });
    const [with1, names] = [tf.memory().numTensors, adapted.names];
    expect(() => adapted.add("second", wrong)).toThrow(RangeError);
    adapted.add("third", { "*": oneSided({ dictionary: kernel, rank: 4 }) }, { biases: true });
    tf.dispose(adapted.model.predict(inputsOf(model)));
    adapted.remove("third");
    expect([tf.memory().numTensors, adapted.names]).toEqual([with1 + 1, names]); // the inputs
    adapted.model.dispose();
    expect(tf.memory().numTensors).toBe(before + 1);
  });
});

test("model.fit trains the adapter alone, and leaves moving averages as they are", async () => {
  const adapted = adapt(classifier(), { "*": lora({ rank: 2 }) }, { biases: true });
  const { model } = adapted;
  expect(model.trainableWeights).toHaveLength(9);
  const frozen = model.weights.filter((weight) => !model.trainableWeights.includes(weight));
  const before = frozen.map((weight) => numbers(weight.read()));
  const first = outputsOf(model);
  model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
  await model.fit(inputsOf(model)[0]!, normals([3, 3], "y"), { epochs: 3, verbose: 0 });
  expect(frozen.map((weight) => numbers(weight.read()))).toEqual(before);
  expect(difference(outputsOf(model), first)).toBeGreaterThan(1e-3);
});

test.each<[string, () => unknown, string]>([
  [
    "no layer",
    () => adapt(sequential({ layers: [layers.flatten({ inputShape: [2, 2] })] })),
    "adapt: the model has no layer that can be adapted",
  ],
  [
    "a pattern that fits none",
    () => adapt(classifier(), { cnov: lora({ rank: 1 }) }),
    'adapt: no layer that can be chosen fits "cnov"; those of the model are conv, deep, logits',
  ],
  [
    "an option that is none",
    () => adapt(classifier(), { conv: lora({ rank: 1 }) }, { bias: true } as never),
    'adapt: there is no option "bias" (did you mean biases?)',
  ],
  ["a rank that is none", () => lora({ rank: 0 }), "lora: rank must be a positive integer; got 0"],
  ["a first value of 0", () => vera({ rank: 4, start: 0 }), "vera: start must be a number above 0; got 0"],
  [
    "a scale that is none",
    () => sparse({ dictionary: fourier, entries: 3, scale: 0 }),
    "sparse: scale must be a number above 0; got 0",
  ],
  [
    "no dictionary",
    () => oneSided({ dictionary: "kernel" as never, rank: 1 }),
    "oneSided: dictionary must be a dictionary, or a function that makes one for a grid, such as fourier; got kernel",
  ],
  [
    "a form that is none",
    () => adapt(classifier(), { conv: "lora" as never }),
    "what is added must be lora(…), oneSided(…), twoSided(…), sparse(…), vera(…) or full(); got lora",
  ],
  [
    "a name that is none",
    () => adapt(classifier(), { conv: full() }, { name: "a/b" }),
    "the name of an adapter must be letters, digits",
  ],
  [
    "a name that is taken",
    () => adapt(classifier(), { conv: full() }, { name: "a" }).add("a", { conv: full() }),
    "add: the model already has an adapter a; remove it first",
  ],
  [
    "a name that is not there",
    () => adapt(classifier(), { conv: full() }, { name: "a" }).use("b"),
    "use: there is no adapter b; those of the model are a",
  ],
  [
    "no adapter to merge",
    () => adapt(classifier()).merge(),
    "merge: no adapter is active; give the name of one, or unload",
  ],
  [
    "an adapted model",
    () => adapt(adapt(classifier(), { conv: full() }).model),
    "adapt: the model has adapters already",
  ],
  [
    "leading atoms without order",
    () => adapt(classifier(), { conv: sparse({ dictionary: gaussian, entries: 3, selection: "leading" }) }),
    'selection "leading" needs a dictionary ordered from coarse to fine; "gaussian" is not',
  ],
])("%s is refused", (_, run, message) => {
  expect(run).toThrow(message);
});
