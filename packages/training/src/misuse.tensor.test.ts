import * as tf from "@tensorflow/tfjs-core";
import { input, layers, model as modelOf, type SymbolicTensor, sequential } from "@tensorflow/tfjs-layers";
import { factorizedDense, lowRankDense } from "@weightcast/core";
import { allConvolutional, assemble, convnet, lenet5, mlp, predictable, resnet20 } from "@weightcast/models";
import type { BatchSource } from "@weightcast/types";
import { afterAll, describe, expect, test } from "vitest";
import * as training from "./index";
import { fileStorage } from "./node";
import { blobs, classes, features } from "./testing/blobs";
import { network, weightsOf } from "./testing/networks";

// What people write who have not read the types, or whose editor does not show them: JavaScript. Each gets one clear sentence.

const { train, evaluate, pretrain, encoded, createStep, sgd, adam, cosine, stepDecay, constant } = training;
const source = blobs({ seed: 1 });
const model = network(1);
const dense = (units: number) => layers.dense({ units });
const twoInputs = () => {
  const [a, b] = [input({ shape: [3] }), input({ shape: [3] })];
  const joined = layers.concatenate().apply([a, b]) as SymbolicTensor;
  return modelOf({ inputs: [a, b], outputs: dense(classes).apply(joined) as SymbolicTensor });
};
const twoOutputs = () => {
  const x = input({ shape: [features] });
  return modelOf({ inputs: x, outputs: [0, 1].map(() => dense(classes).apply(x) as SymbolicTensor) });
};
const frozen = () => {
  const made = network(2);
  for (const layer of made.layers) layer.trainable = false;
  return made;
};
const disposed = () => {
  const made = network(3);
  made.dispose();
  return made;
};
/** Looks like a data set of tf.data. */
const tfData = { size: 3, forEachAsync() {}, iterator() {}, batch() {} };
const batch = { inputs: new Float32Array(2 * features), labels: new Int32Array(2), count: 2 };
const small: BatchSource = {
  ...{ count: 2, batchSize: 2, batchesPerEpoch: 1, inputShape: [features], classes },
  batches: () => [batch],
};
const giving = (changes: object): BatchSource => ({ ...small, batches: () => [{ ...batch, ...changes }] });

// biome-ignore lint/suspicious/noExplicitAny: misuse has no type
type Any = any;
const options: Any = { epochs: 1, optimizer: "sgd", schedule: 0.1, execution: "eager" };
const trained = (changes: object, of: Any = model, from: Any = source) => train(of, from, { ...options, ...changes });

const calls: Record<string, readonly [call: () => unknown, message: RegExp]> = {
  "no model": [() => trained({}, null), /^train: the model must be a layers model.*got null$/],
  "a promise of a model": [() => trained({}, Promise.resolve(model)), /got a promise; await it$/],
  "an empty model": [() => trained({}, sequential()), /^train: .*inputShape/],
  "two inputs": [
    () => trained({}, twoInputs()),
    /^train: the model has 2 inputs and the source's examples 1; give as many/,
  ],
  "two outputs": [
    () => trained({}, twoOutputs()),
    /^train: classification compares one output with one target; the model gives 2 and the source 1; combine tasks by multiOutput$/,
  ],
  "nothing to train": [() => trained({}, frozen()), /must have something to train; got no trainable weights/],
  "a disposed model": [() => trained({}, disposed()), /^train: the model must not be disposed; got one whose ".*" is$/],
  "a layer as the model": [() => trained({}, dense(3)), /^train: the model must be a layers model.*got a Dense$/],
  "no source": [() => train(model, undefined as Any, options), /^train: the source must be .*got undefined$/],
  "a tf.data set": [() => trained({}, model, tfData), /^train: the source must be .*got a tf\.data Dataset$/],
  "a tensor as the source": [() => trained({}, model, tf.zeros([2, 2])), /got a tensor$/],
  "arrays as the source": [() => trained({}, model, [[1], [2]]), /^train: the source must be .*got the array/],
  "no examples": [() => trained({}, model, { ...small, count: 0 }), /the source's count must be .*got 0$/],
  "batches of 0": [() => trained({}, model, { ...small, batchSize: 0 }), /the source's batchSize must be .*got 0$/],
  "no classes": [
    () => trained({}, model, { ...small, classes: undefined }),
    /source's classes must be .*got undefined$/,
  ],
  "no shape": [() => trained({}, model, { ...small, inputShape: 6 }), /source's inputShape must be .*got 6$/],
  "labels as floats": [
    () => trained({}, model, giving({ labels: new Float32Array(2) })),
    /labels in an Int32Array.*a Float32Array/,
  ],
  "labels as a list": [
    () => trained({}, model, giving({ labels: [0, 1] })),
    /labels in an Int32Array.*the array \[0,1\]/,
  ],
  "inputs as doubles": [
    () => trained({}, model, giving({ inputs: new Float64Array(12) })),
    /inputs in a Float32Array.*a Float64Array/,
  ],
  "no inputs": [() => trained({}, model, giving({ inputs: undefined })), /inputs in a Float32Array.*got undefined/],
  "too few labels": [
    () => trained({}, model, giving({ labels: new Int32Array(1) })),
    /must hold 12 values and 2 labels; got 12 and 1$/,
  ],
  "a label out of range": [
    () => trained({}, model, giving({ labels: Int32Array.of(0, 3) })),
    /labels must be in \[0, 3\).*got 3$/,
  ],
  "batches that are a promise": [
    () => trained({}, model, { ...small, batches: async () => [batch] }),
    /batches must return an iterable.*a promise/,
  ],
  "batches of nothing": [
    () => trained({}, model, { ...small, batches: () => [undefined] }),
    /^source: a batch must have/,
  ],
  "no batches": [
    () => trained({}, model, { ...small, batches: () => [] }),
    /an epoch must have 1 batches, as announced; got 0$/,
  ],
  "no options": [
    () => train(model, source, undefined as Any),
    /^train: options must be an object with epochs, .*got undefined$/,
  ],
  "no epochs": [
    () => trained({ epochs: undefined }),
    /^train: epochs must be an integer of at least 1; got undefined$/,
  ],
  "epochs of text": [() => trained({ epochs: "3" }), /^train: epochs must be an integer of at least 1; got "3"$/],
  "no optimizer": [
    () => trained({ optimizer: undefined }),
    /^train: optimizer must be "sgd", "adam", "rmsprop", "adagrad", "lion", or made by.*got undefined$/,
  ],
  "an unknown optimizer": [() => trained({ optimizer: "ftrl" }), /^train: optimizer must be .*got "ftrl"$/],
  "an optimizer of TensorFlow.js": [
    () => trained({ optimizer: tf.train.adam(0.1) }),
    /^train: optimizer must be .*got a AdamOptimizer$/,
  ],
  "adam without a call": [() => trained({ optimizer: adam }), /^train: optimizer must be .*got the function adam$/],
  "no schedule": [() => trained({ schedule: undefined }), /^train: schedule must be a learning rate.*got undefined$/],
  "a schedule by name": [
    () => trained({ schedule: "cosine" }),
    /got "cosine"; write scheduleOf\("cosine", \{ rate, steps \}\)$/,
  ],
  "a rate of 0": [() => trained({ schedule: 0 }), /^train: schedule must be a learning rate above 0; got 0$/],
  "a rate of NaN": [
    () => trained({ schedule: Number.NaN }),
    /^train: schedule must be a learning rate above 0; got NaN$/,
  ],
  "a schedule of text": [
    () => trained({ schedule: () => "0.1" }),
    /^train: schedule must give a finite number.*got 0.1 for step 0$/,
  ],
  learningRate: [
    () => trained({ learningRate: 0.1 }),
    /^train: there is no option "learningRate": it is schedule; the options are/,
  ],
  batchSize: [() => trained({ batchSize: 10 }), /there is no option "batchSize": the source decides it/],
  "a misspelled option": [() => trained({ epoch: 10 }), /^train: there is no option "epoch"; the options are epochs/],
  "a loss by name": [() => trained({ loss: "meanSquaredError" }), /loss must be a function.*got "meanSquaredError"$/],
  "weight decay of text": [() => trained({ weightDecay: "much" }), /weightDecay must be at least 0; got "much"$/],
  "the source as evaluation": [
    () => trained({ evaluation: source }),
    /^train: evaluation must be \{ source \}.*got an object with count/,
  ],
  "evaluation on nothing": [
    () => trained({ evaluation: { source: { ...small, count: 0 } } }),
    /^train: evaluation: the source's count.*got 0$/,
  ],
  "a tf.data set as evaluation": [
    () => trained({ evaluation: { source: tfData } }),
    /^train: evaluation: the source must.*tf\.data/,
  ],
  "a path as checkpoint": [
    () => trained({ checkpoint: "run.ckpt" }),
    /^train: checkpoint must be \{ storage \}.*got "run\.ckpt"$/,
  ],
  "a path as storage": [
    () => trained({ checkpoint: { storage: "run.ckpt" } }),
    /^train: checkpoint must be \{ storage \}/,
  ],
  "a controller as signal": [
    () => trained({ signal: new AbortController() }),
    /signal must be an AbortSignal; got a AbortController$/,
  ],
  "a name as listener": [() => trained({ onEvent: "log" }), /^train: onEvent must be a function; got "log"$/],
  "threads as compile": [
    () => trained({ compile: 2 }),
    /^train: compile must be an object such as \{ threads: 2 \}; got 2$/,
  ],
  "evaluate no model": [() => evaluate(undefined as Any, source), /^evaluate: the model must be/],
  "evaluate on tensors": [() => evaluate(model, tf.zeros([1]) as Any), /^evaluate: the source must be .*got a tensor$/],
  "evaluate with a loss by name": [
    () => evaluate(model, source, { loss: "mse" as Any }),
    /^evaluate: loss must be a function/,
  ],
  "evaluate on nothing": [() => evaluate(model, { ...small, count: 0 }), /^evaluate: the source's count must be/],
  "pretrain no layer": [
    () => pretrain(undefined as Any, source, options),
    /^pretrain: the layer must be .*got undefined$/,
  ],
  "pretrain without options": [() => pretrain(model.layers[0]!, source, undefined as Any), /^train: epochs must be/],
  "encoded by nothing": [() => encoded(source, undefined as Any), /^encoded: the layer must be .*got undefined$/],
  "encoded of nothing": [() => encoded(undefined as Any, model), /^encoded: the source must be/],
  "a step of no model": [() => createStep(undefined as Any, options), /^createStep: the model must be/],
  "a step without options": [() => createStep(model, undefined as Any), /^createStep: optimizer must be/],
  "the state of no model": [() => training.initialState(undefined as Any, sgd()), /^initialState: the model must be/],
  "the state of no optimizer": [
    () => training.initialState(model, undefined as Any),
    /^initialState: optimizer must be/,
  ],
  "the noise of no model": [() => training.noiseOf(undefined as Any, [6]), /^noiseOf: the model must be/],
  "a call of no model": [
    () => training.functionalCall(undefined as Any, [], tf.zeros([1]), { training: true }),
    /^functionalCall: the model/,
  ],
  "a call without options": [
    () => (training.functionalCall as Any)(model, [], tf.zeros([1, 6])),
    /^functionalCall: options must be/,
  ],
  "cross-entropy of arrays": [
    () => training.softmaxCrossEntropy([1, 2] as Any, [0] as Any),
    /^softmaxCrossEntropy: logits must be .*the array \[1,2\]/,
  ],
  "adam(0.001)": [() => adam(0.001 as Any), /^adam: options must be an object with beta1, beta2, epsilon; got 0.001$/],
  "adam({ learningRate })": [
    () => adam({ learningRate: 0.1 } as Any),
    /^adam: there is no option "learningRate": the learning rate is the option schedule of train/,
  ],
  "sgd(0.1)": [() => sgd(0.1 as Any), /^sgd: options must be an object with momentum, nesterov; got 0.1$/],
  "cosine(0.1)": [() => (cosine as Any)(0.1), /^cosine: total must be an integer of at least 1; got undefined$/],
  "cosine(0.1, 10, 3)": [
    () => cosine(0.1, 10, 3 as Any),
    /^cosine: options must be an object with floor, warmup; got 3$/,
  ],
  "stepDecay(0.1)": [
    () => (stepDecay as Any)(0.1),
    /^stepDecay: options must be an object with every, factor; got undefined$/,
  ],
  'constant("0.1")': [() => constant("0.1" as Any), /^constant: rate must be a number above 0; got "0.1"$/],
  'scheduleOf("cosine")': [
    () => (training.scheduleOf as Any)("cosine"),
    /^scheduleOf: options must be an object with rate, steps, warmup; got/,
  ],
  "fileStorage()": [() => (fileStorage as Any)(), /^fileStorage: path must be .*got undefined$/],
  "a checkpoint of nothing": [
    () => training.decodeCheckpoint(undefined as Any),
    /^checkpoint: not a complete checkpoint/,
  ],
  "no dictionary": [
    () => (factorizedDense as Any)({ units: 3, rank: 2 }),
    /^factorizedDense: dictionary must be .*which you import; got none$/,
  ],
  "a dictionary by name": [
    () => factorizedDense({ units: 3, rank: 2, dictionary: "fourier" as Any }),
    /such as fourier\(\[28, 28\]\).*got the name "fourier"$/,
  ],
  "a dictionary without a call": [
    () => factorizedDense({ units: 3, rank: 2, dictionary: (() => {}) as Any }),
    /got a function; call it$/,
  ],
  "low-rank without options": [() => (lowRankDense as Any)(), /./],
  "mlp: a misspelled option": [
    () => mlp({ hiden: [3] } as Any),
    /^mlp: there is no option "hiden"; the options are input, hidden/,
  ],
  "mlp: hidden as a number": [
    () => mlp({ hidden: 500 as Any }),
    /^mlp: hidden must be the units of each layer.*got 500$/,
  ],
  "mlp: input as a number": [
    () => mlp({ input: 784 as Any }),
    /^mlp: input must be positive integers such as \[28, 28\]; got 784$/,
  ],
  "mlp: classes of text": [() => mlp({ classes: "10" as Any }), /^mlp: classes must be a positive integer; got "10"$/],
  "mlp: a seed of text": [() => mlp({ seed: "one" as Any }), /^mlp: seed must be a safe integer; got one$/],
  "mlp: a dictionary as weights": [
    () => mlp({ weights: { hidden_1: { atoms() {} } as Any } }),
    /weights of hidden_1 must be .*got a dictionary$/,
  ],
  "mlp: weights by name": [() => mlp({ weights: "dense" as Any }), /^mlp: weights must be an object.*got "dense"$/],
  "mlp: no dictionary": [
    () => mlp({ weights: { hidden_1: { kind: "factorized", rank: 3 } as Any } }),
    /dictionary must be .*got none$/,
  ],
  "convnet: units": [() => convnet({ hidden: [3] } as Any), /^convnet: there is no option "hidden"/],
  "lenet5: input as a number": [
    () => lenet5({ input: 28 as Any }),
    /^lenet5: input must be \[rows, columns, channels\].*got 28$/,
  ],
  "allConvolutional: dropout as a number": [
    () => allConvolutional({ dropout: 0.5 as Any }),
    /dropout must be two shares.*got 0.5$/,
  ],
  "resnet20: depth": [
    () => resnet20({ depth: 20 } as Any),
    /^resnet20: there is no option "depth"; the options are input, classes, blocks/,
  ],
  "assemble nothing": [() => assemble(undefined as Any), /^assemble: the plan must be/],
  "predictable of a network": [() => predictable(mlp as Any), /^predictable: the plan must be/],
};

afterAll(() => tf.disposeVariables());

describe("misuse", () => {
  test.each(Object.entries(calls))("%s: one clear sentence", async (_, [call, message]) => {
    const error = await (async () => call())().then(
      () => undefined,
      (thrown: unknown) => thrown as Error,
    );
    expect(error).toBeInstanceOf(Error);
    expect(error!.message).not.toMatch(/Cannot read|Cannot destructure|is not a function|is not iterable|undefined \(/);
    expect(error!.message).toMatch(message);
  });

  test("names of optimizers and numbers as schedules are the same as what they stand for", async () => {
    const weights = async (optimizer: Any, schedule: Any) => {
      const made = network(5);
      await train(made, source, { epochs: 1, execution: "eager", optimizer, schedule });
      return weightsOf(made);
    };
    expect(await weights("adam", 0.01)).toEqual(await weights(adam(), constant(0.01)));
    expect(await weights("sgd", 0.1)).toEqual(await weights(sgd(), constant(0.1)));
  });

  test("a batch larger than the data is the data", async () => {
    const { step } = await trained({}, network(6), blobs({ seed: 1, count: 5, batchSize: 100 }));
    expect(step).toBe(1);
  });
});
