import * as tf from "@tensorflow/tfjs-core";
import {
  callbacks,
  initializers,
  input,
  type LayersModel,
  layers,
  model as modelOf,
  type SymbolicTensor,
  sequential,
} from "@tensorflow/tfjs-layers";
import { stream } from "@weightcast/random";
import { describe, expect, test } from "vitest";
import { seeded, weightsOf } from "../testing/networks";
import { executions, leaked } from "../testing/runs";
import { fit } from "./fit";
import type { FitArgs } from "./fit-args";

const draw = stream(71, "fit");
const numbers = (shape: number[], each = () => draw.normal()) =>
  tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, each), shape);
const count = 23; // batches of 5: the last one has 3
const x = numbers([count, 4]);
const real = numbers([count, 3]);
const positive = numbers([count, 3], () => 0.1 + draw.uniform());
const shares = tf.tidy(() => tf.softmax(numbers([count, 3])));
const signs = numbers([count, 3], () => 2 * draw.integer(2) - 1);
const bits = numbers([count, 3], () => draw.integer(2));
const classes = tf.tensor1d(
  Array.from({ length: count }, () => draw.integer(3)),
  "int32",
);
const oneHot = tf.tidy(() => tf.oneHot(classes as tf.Tensor1D, 3));
const classNumbers = tf.tidy(() => tf.cast(classes, "float32")); // tf.layers refuses int32

const kernelInitializer = () => initializers.zeros();
function network(activation: string): LayersModel {
  return seeded(
    sequential({
      layers: [
        layers.dense({ inputShape: [4], units: 6, activation: "tanh", kernelInitializer: kernelInitializer() }),
        layers.dense({ units: 3, activation: activation as "linear", kernelInitializer: kernelInitializer() }),
      ],
    }),
    5,
  );
}

interface Case {
  readonly make: () => LayersModel;
  readonly loss: string | string[] | ((a: tf.Tensor, b: tf.Tensor) => tf.Tensor);
  readonly y: tf.Tensor | tf.Tensor[];
  readonly x?: tf.Tensor | tf.Tensor[];
  readonly optimizer?: () => tf.Optimizer | string;
  readonly metrics?: unknown;
  readonly args?: FitArgs;
  readonly more?: object;
}

const base = { batchSize: 5, epochs: 3, shuffle: false } as const;

/** Both trainings of the same model. */
async function both(
  { make, loss, y, optimizer = () => tf.train.sgd(0.05), metrics, args, more, ...given }: Case,
  execution: "eager" | "compiled",
) {
  const run = async (train: (model: LayersModel) => Promise<{ history: object; epoch: number[] }>) => {
    const model = make();
    const made = optimizer();
    model.compile({
      optimizer: made,
      loss: loss as string,
      ...(metrics !== undefined && { metrics: metrics as string[] }),
    });
    const { history, epoch } = await train(model);
    const weights = weightsOf(model);
    model.dispose();
    if (typeof made !== "string") made.dispose();
    return { history: history as Record<string, number[]>, epoch, weights };
  };
  const inputs = given.x ?? x;
  const all = { ...base, ...args };
  const expected = await run((model) => model.fit(inputs, y, { ...all, verbose: 0, ...more } as never));
  const actual = await run((model) =>
    fit(model, inputs as tf.Tensor, y as tf.Tensor, { ...all, execution, compile: { threads: 1 } }),
  );
  return { expected, actual };
}

function expectClose(actual: readonly number[], expected: readonly number[], what: string): void {
  expect(actual, what).toHaveLength(expected.length);
  const scale = Math.max(...expected.map(Math.abs), 1e-3);
  for (const [i, value] of expected.entries())
    expect(Math.abs(actual[i]! - value), `${what}: ${actual} for ${expected}`).toBeLessThanOrEqual(1e-4 * scale);
}

async function expectAgree(one: Case, execution: "eager" | "compiled"): Promise<void> {
  const { expected, actual } = await both(one, execution);
  expect(Object.keys(actual.history)).toEqual(Object.keys(expected.history));
  expect(actual.epoch).toEqual(expected.epoch);
  for (const [name, values] of Object.entries(expected.history)) expectClose(actual.history[name]!, values, name);
  for (const [i, values] of expected.weights.entries()) expectClose(actual.weights[i]!, values, `weight ${i}`);
}

const losses: Readonly<Record<string, readonly [activation: string, y: tf.Tensor]>> = {
  meanSquaredError: ["linear", real],
  meanAbsoluteError: ["linear", real],
  meanAbsolutePercentageError: ["linear", positive],
  meanSquaredLogarithmicError: ["relu", positive],
  squaredHinge: ["tanh", signs],
  hinge: ["tanh", signs],
  categoricalHinge: ["tanh", oneHot],
  logcosh: ["linear", real],
  categoricalCrossentropy: ["softmax", oneHot],
  sparseCategoricalCrossentropy: ["softmax", classNumbers],
  binaryCrossentropy: ["sigmoid", bits],
  kullbackLeiblerDivergence: ["softmax", shares],
  poisson: ["softplus", positive],
  cosineProximity: ["linear", real],
};

const optimizers: Readonly<Record<string, () => tf.Optimizer | string>> = {
  sgd: () => tf.train.sgd(0.05),
  momentum: () => tf.train.momentum(0.02, 0.9),
  nesterov: () => tf.train.momentum(0.02, 0.9, true),
  adagrad: () => tf.train.adagrad(0.05),
  "adagrad, initial 0.5": () => tf.train.adagrad(0.05, 0.5),
  adadelta: () => tf.train.adadelta(0.5, 0.9),
  adam: () => tf.train.adam(0.01),
  "adam, its options": () => tf.train.adam(0.01, 0.8, 0.95, 1e-3),
  adamax: () => tf.train.adamax(0.01, 0.9, 0.99, 1e-6, 0.1),
  rmsprop: () => tf.train.rmsprop(0.005),
  "rmsprop, momentum": () => tf.train.rmsprop(0.005, 0.8, 0.5, 1e-4),
  "rmsprop, centered": () => tf.train.rmsprop(0.002, 0.9, 0.3, -0.1, true),
  "adam by name": () => "adam",
  "rmsprop by name": () => "rmsprop",
};

// Every compiled step is traced from the eager one, so one of them needs all cases.
const execution = executions.at(-1)!;

describe("fit has the history and the weights of model.fit (1e-4)", () => {
  test.each(Object.entries(losses))("%s", async (loss, [activation, y]) => {
    await expectAgree(
      { make: () => network(activation), loss, y, optimizer: optimizers.adam!, metrics: ["accuracy"] },
      execution,
    );
  });

  test.each(Object.entries(optimizers))("%s", async (_, optimizer) => {
    await expectAgree({ make: () => network("linear"), loss: "meanSquaredError", y: real, optimizer }, execution);
  });

  const own = (targets: tf.Tensor, outputs: tf.Tensor) => tf.mean(tf.abs(tf.sub(outputs, targets)), -1);
  const cases: Readonly<Record<string, Case>> = {
    "a validation split": {
      make: () => network("linear"),
      loss: "meanSquaredError",
      y: real,
      metrics: ["mae"],
      args: { validationSplit: 0.3 },
    },
    "validation data": {
      make: () => network("softmax"),
      loss: "categoricalCrossentropy",
      y: oneHot,
      metrics: ["acc", "ce"],
      args: { validationData: [tf.slice(x, 0, 9), tf.slice(oneHot, 0, 9)] },
    },
    "one's own loss and metrics": {
      make: () => network("linear"),
      loss: own,
      y: real,
      metrics: [own, "mse", "cosine"],
    },
    "class weights": {
      make: () => network("softmax"),
      loss: "categoricalCrossentropy",
      y: oneHot,
      args: { classWeight: { 0: 0.5, 1: 2, 2: 1 }, validationSplit: 0.2 },
    },
    "sparse classes with weights, accuracy": {
      make: () => network("softmax"),
      loss: "sparseCategoricalCrossentropy",
      y: classNumbers,
      metrics: ["accuracy"],
      args: { classWeight: { 0: 0.5, 1: 2, 2: 1 } },
    },
    "a later first epoch": {
      make: () => network("linear"),
      loss: "meanSquaredError",
      y: real,
      args: { initialEpoch: 2, epochs: 4 },
    },
    "one batch": { make: () => network("linear"), loss: "meanSquaredError", y: real, args: { batchSize: 64 } },
    "batch normalization, regularizers, a convolution": {
      make: () =>
        seeded(
          sequential({
            layers: [
              layers.reshape({ inputShape: [4], targetShape: [2, 2, 1] }),
              layers.conv2d({
                filters: 3,
                kernelSize: 2,
                kernelInitializer: kernelInitializer(),
                kernelRegularizer: "l1l2",
              }),
              layers.batchNormalization(),
              layers.flatten(),
              layers.dense({ units: 1, activation: "sigmoid", kernelInitializer: kernelInitializer() }),
            ],
          }),
          3,
        ),
      loss: "binaryCrossentropy",
      y: tf.slice(bits, [0, 0], [count, 1]),
      metrics: ["accuracy", "precision"],
      optimizer: () => tf.train.adam(0.01),
    },
    "a sequence, classes at each step": {
      make: () =>
        seeded(
          sequential({
            layers: [
              layers.reshape({ inputShape: [4], targetShape: [2, 2] }),
              layers.lstm({
                units: 4,
                returnSequences: true,
                kernelInitializer: kernelInitializer(),
                recurrentInitializer: kernelInitializer(),
              }),
              layers.dense({ units: 3, activation: "softmax", kernelInitializer: kernelInitializer() }),
            ],
          }),
          3,
        ),
      loss: "sparseCategoricalCrossentropy",
      y: tf.tidy(() =>
        tf.cast(
          tf.floor(
            tf.mul(
              numbers([count, 2, 1], () => draw.uniform()),
              3,
            ),
          ),
          "float32",
        ),
      ),
      metrics: ["accuracy"],
      optimizer: () => tf.train.adam(0.01),
    },
    "two inputs, two outputs, a list of losses": {
      make: twoByTwo,
      loss: ["meanSquaredError", "binaryCrossentropy"],
      x: [x, positive],
      y: [real, tf.slice(bits, [0, 0], [count, 1])],
      metrics: { second: "accuracy" },
    },
    "two outputs with class weights": {
      make: twoByTwo,
      loss: ["meanSquaredError", "binaryCrossentropy"],
      x: [x, positive],
      y: [real, tf.slice(bits, [0, 0], [count, 1])],
      args: { classWeight: { second: { 0: 1, 1: 3 } } },
    },
  };

  test.each(Object.entries(cases))("%s", async (_, one) => expectAgree(one, execution));
});

function twoByTwo(): LayersModel {
  const [a, b] = [input({ shape: [4], name: "a" }), input({ shape: [3], name: "b" })];
  const joined = layers.concatenate().apply([a, b]) as SymbolicTensor;
  const head = (name: string, units: number, activation: "linear" | "sigmoid") =>
    layers.dense({ units, activation, name, kernelInitializer: kernelInitializer() }).apply(joined) as SymbolicTensor;
  return seeded(modelOf({ inputs: [a, b], outputs: [head("first", 3, "linear"), head("second", 1, "sigmoid")] }), 8);
}

/** A compiled network, for tests of what is around the numbers. */
function compiledNetwork(optimizer: tf.Optimizer | string = "sgd"): LayersModel {
  const model = network("linear");
  model.compile({ optimizer, loss: "meanSquaredError" });
  return model;
}
const given = { ...base, execution, compile: { threads: 1 } } as const;
const y = real;

test("data by name; val_loss of several outputs is that of all of them", async () => {
  const model = twoByTwo();
  model.compile({ optimizer: "sgd", loss: { first: "meanSquaredError", second: "binaryCrossentropy" } });
  const [first, second] = [real, tf.slice(bits, [0, 0], [count, 1])];
  const { history } = await fit(model, { b: positive, a: x }, { second, first }, { ...given, validationSplit: 0.3 });
  expect(Object.keys(history)).toEqual([
    ...["val_loss", "val_first_loss", "val_second_loss"],
    ...["loss", "first_loss", "second_loss"],
  ]);
  const at = (name: string) => history[name]!.at(-1) as number;
  for (const prefix of ["", "val_"])
    expect(at(`${prefix}loss`)).toBeCloseTo(at(`${prefix}first_loss`) + at(`${prefix}second_loss`), 5);
  const from = 16; // ⌊23·0.7⌋
  const losses = model.evaluate(
    [x, positive].map((one) => tf.slice(one, from)),
    [real, second].map((one) => tf.slice(one, from)),
  ) as tf.Scalar[];
  // What tf.layers names the first and second numbers of an evaluation is not what they are: the sums of the first losses.
  expect(at("val_loss")).toBeCloseTo(losses[1]!.dataSync()[0]!, 5);
  tf.dispose([losses, second]);
  model.dispose();
});

test("weights of examples are those of their classes", async () => {
  const [weights, byClass] = [[0.5, 2, 1], { 0: 0.5, 1: 2, 2: 1 }];
  const run = async (args: FitArgs) => {
    const model = network("softmax");
    model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
    const { history } = await fit(model, x, oneHot, { ...given, ...args });
    return { history, weights: weightsOf(model) };
  };
  const sampleWeight = Float32Array.from(classes.dataSync(), (one) => weights[one]!);
  expect(await run({ sampleWeight })).toEqual(await run({ classWeight: byClass }));
  const squared = { 0: 0.25, 1: 4, 2: 1 };
  expect(await run({ sampleWeight, classWeight: byClass })).toEqual(await run({ classWeight: squared }));
});

describe("trainings that follow one another", () => {
  test.each(Object.keys(optimizers))(
    "%s: fit and model.fit take turns, and go on where the other one stopped (1e-4)",
    async (name) => {
      const run = async (turns: readonly ("fit" | "model.fit")[]) => {
        const model = network("linear");
        model.compile({ optimizer: optimizers[name]!(), loss: "meanSquaredError" });
        for (const turn of turns)
          if (turn === "fit") await fit(model, x, y, { ...given, epochs: 1 });
          else await model.fit(x, y, { ...base, epochs: 1, verbose: 0 });
        return weightsOf(model);
      };
      const expected = await run(["model.fit", "model.fit", "model.fit"]);
      for (const turns of [
        ["fit", "model.fit", "fit"],
        ["model.fit", "fit", "model.fit"],
      ] as const)
        for (const [i, values] of (await run(turns)).entries())
          expectClose(values, expected[i]!, `${turns} weight ${i}`);
    },
  );

  test("another order in each, and the same from the same seed", async () => {
    const run = async (seed: number) => {
      const model = compiledNetwork();
      const orders: number[] = [];
      for (let i = 0; i < 2; i++) {
        const { history } = await fit(model, x, y, { ...given, shuffle: true, seed, epochs: 1 });
        orders.push(history.loss![0] as number);
      }
      return { orders, weights: weightsOf(model) };
    };
    expect(await run(1)).toEqual(await run(1));
    expect((await run(1)).orders[0]).not.toBe((await run(2)).orders[0]);
  });
});

describe("callbacks", () => {
  test("are called as by model.fit, with the same arguments", async () => {
    const calls = async (train: (model: LayersModel, callbacks: object) => Promise<unknown>) => {
      const found: unknown[] = [];
      const note =
        (name: string) =>
        (...args: unknown[]) => {
          found.push([name, ...args.map((one) => (typeof one === "object" ? Object.keys(one ?? {}).sort() : one))]);
        };
      const names = ["onTrainBegin", "onTrainEnd", "onEpochBegin", "onEpochEnd", "onBatchEnd"];
      const model = network("linear");
      model.compile({ optimizer: "sgd", loss: "meanSquaredError", metrics: ["mae"] });
      await train(model, Object.fromEntries(names.map((name) => [name, note(name)])));
      return found;
    };
    const args = { ...base, validationSplit: 0.3, epochs: 2 };
    const expected = await calls((model, callbacks) => model.fit(x, y, { ...args, callbacks, verbose: 0 }));
    expect(await calls((model, callbacks) => fit(model, x, y, { ...given, ...args, callbacks }))).toEqual(expected);
    expect(expected).toHaveLength(2 + 2 * (2 + 4));
  });

  test("see the current weights after every epoch, may change weights and the rate, and stop", async () => {
    const run = async (train: (model: LayersModel, callbacks: object) => Promise<{ history: object }>) => {
      const optimizer = tf.train.adam(0.01);
      const model = compiledNetwork(optimizer);
      const seen: number[][] = [];
      const { history } = await train(model, {
        onEpochEnd(epoch: number) {
          seen.push(weightsOf(model)[0]!);
          if (epoch === 1) model.setWeights(model.getWeights().map((one) => tf.mul(one, 0.5)));
          if (epoch === 2) (optimizer as unknown as { learningRate: number }).learningRate = 0.1;
          if (epoch === 3) model.stopTraining = true;
        },
      });
      return { loss: (history as { loss: number[] }).loss, seen, weights: weightsOf(model) };
    };
    const args = { ...base, epochs: 9 };
    const expected = await run((model, callbacks) => model.fit(x, y, { ...args, callbacks, verbose: 0 }));
    const actual = await run((model, callbacks) => fit(model, x, y, { ...given, ...args, callbacks }));
    expect(expected.loss).toHaveLength(4);
    expectClose(actual.loss, expected.loss, "loss");
    for (const [i, values] of expected.seen.entries()) expectClose(actual.seen[i]!, values, `epoch ${i}`);
    for (const [i, values] of expected.weights.entries()) expectClose(actual.weights[i]!, values, `weight ${i}`);
  });

  test("stop in the middle of an epoch, which then has no validation", async () => {
    const model = compiledNetwork();
    const { history } = await fit(model, x, y, {
      ...given,
      validationSplit: 0.3,
      callbacks: {
        onBatchEnd(batch) {
          if (batch === 1) model.stopTraining = true;
        },
      },
    });
    expect(history).toEqual({ loss: [expect.any(Number)] });
    const stop = new AbortController();
    const aborted = await fit(model, x, y, {
      ...given,
      signal: stop.signal,
      callbacks: { onEpochEnd: () => stop.abort() },
    });
    expect(aborted.epoch).toEqual([0]);
  });

  test("instances of tf.layers: early stopping", async () => {
    const model = compiledNetwork(tf.train.sgd(0));
    const { epoch } = await fit(model, x, y, {
      ...given,
      epochs: 20,
      validationData: [x, y],
      callbacks: callbacks.earlyStopping({ monitor: "val_loss", patience: 3 }),
    });
    expect(epoch).toEqual([0, 1, 2, 3]);
  });
});

test("leaves nothing behind but what the optimizer remembers, and no training under way after an error", async () => {
  const model = compiledNetwork("adam");
  await fit(model, x, y, given);
  const leak = await leaked(async () => {
    await fit(model, x, y, { ...given, validationSplit: 0.2 });
    await expect(
      fit(model, x, y, {
        ...given,
        callbacks: {
          onEpochEnd() {
            throw new Error("mine");
          },
        },
      }),
    ).rejects.toThrow("mine");
  });
  expect(leak).toEqual({ tensors: 0, buffers: 0 });
  const first = fit(model, x, y, given);
  await expect(fit(model, x, y, given)).rejects.toThrow(/another training of this model is under way/);
  await first;
});

// biome-ignore lint/suspicious/noExplicitAny: what callers without types may give.
type Any = any;
test.each<[string, (model: LayersModel) => Promise<unknown>, RegExp]>([
  ["no model", () => fit({} as Any, x, y), /^fit: the model must be a layers model/],
  ["not compiled", () => fit(network("linear"), x, y), /^fit: the model must be compiled, by model.compile/],
  ["x", (model) => fit(model, positive, y), /^fit: x: .* must have examples of shape \[4\]; got \[3\]$/],
  ["y", (model) => fit(model, x, x), /^fit: y: .* must have examples of shape \[3\]; got \[4\]$/],
  ["counts", (model) => fit(model, x, tf.slice(y, 0, 5)), /^fit: inputs, targets and weights must have as many/],
  ["no tensor", (model) => fit(model, "abc" as Any, y), /^fit: x \(".*"\) must be a tensor.*got "abc"/],
  ["by name", (model) => fit(model, { a: x } as Any, y), /^fit: x by name must have/],
  ["a list", (model) => fit(model, [x, x], y), /^fit: x must have one entry for each of/],
  ["epochs", (model) => fit(model, x, y, { epochs: 0 }), /^fit: epochs must be an integer of at least 1; got 0/],
  [
    "shuffle",
    (model) => fit(model, x, y, { shuffle: "batch" as Any }),
    /^fit: shuffle must be true or false; got "batch"/,
  ],
  [
    "split",
    (model) => fit(model, x, y, { validationSplit: 0.999 }),
    /^fit: validationSplit must leave examples for both/,
  ],
  [
    "steps",
    (model) => fit(model, x, y, { stepsPerEpoch: 3 } as Any),
    /there is no option "stepsPerEpoch": TensorFlow.js/,
  ],
  [
    "a class",
    (model) => fit(model, x, y, { classWeight: { 0: 1 } }),
    /classWeight must have a weight.*class [12]; got undefined/,
  ],
  ["weights", (model) => fit(model, x, y, { sampleWeight: [1] }), /sampleWeight must be one number for each of the 23/],
  ["callbacks", (model) => fit(model, x, y, { callbacks: ["a"] as Any }), /callbacks must be objects with onEpochEnd/],
])("bad input: %s", async (_, call, message) => {
  const model = compiledNetwork();
  await expect(call(model)).rejects.toThrow(message);
  model.dispose();
});

test("an optimizer of another kind, or of another model, is refused", async () => {
  class Mine extends tf.SGDOptimizer {
    static override get className() {
      return "Mine";
    }
  }
  await expect(fit(compiledNetwork(new Mine(0.1)), x, y, given)).rejects.toThrow(/one of tf.train .*got "Mine"/);
  const optimizer = tf.train.adam(0.1);
  await fit(compiledNetwork(optimizer), x, y, given);
  const other = twoByTwo();
  other.compile({ optimizer, loss: "meanSquaredError" });
  const second = tf.slice(bits, [0, 0], [count, 1]);
  await expect(fit(other, [x, positive], [real, second], given)).rejects.toThrow(
    /optimizer must be new, or have trained this/,
  );
});
