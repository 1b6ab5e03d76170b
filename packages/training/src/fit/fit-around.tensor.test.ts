import * as tf from "@tensorflow/tfjs-core";
import { callbacks, type LayersModel } from "@tensorflow/tfjs-layers";
import { describe, expect, test, vi } from "vitest";
import { memoryStorage } from "../checkpoint/storage";
import {
  base,
  bits,
  classes,
  compiledNetwork,
  count,
  expectClose,
  given,
  network,
  oneHot,
  optimizers,
  positive,
  real,
  twoByTwo,
  x,
} from "../testing/fits";
import { weightsOf } from "../testing/networks";
import { leaked } from "../testing/runs";
import { fit } from "./fit";
import type { FitArgs } from "./fit-args";

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
  test.each(["momentum", "adagrad, initial 0.5", "adadelta", "adam", "adamax", "rmsprop, centered"])(
    "%s: fit and model.fit take turns, and go on where the other one stopped (1e-4)",
    async (name) => {
      const run = async (turns: readonly ("fit" | "model.fit")[]) => {
        const model = network("linear");
        model.compile({ optimizer: optimizers[name]!(), loss: "meanSquaredError" });
        for (const turn of turns)
          if (turn === "fit") await fit(model, x, y, { ...base, execution: "eager", epochs: 1 });
          else await model.fit(x, y, { ...base, epochs: 1, verbose: 0 });
        return weightsOf(model);
      };
      const expected = await run(["model.fit", "model.fit", "model.fit"]);
      const actual = await run(["fit", "model.fit", "fit"]);
      for (const [i, values] of actual.entries()) expectClose(values, expected[i]!, `weight ${i}`);
    },
  );

  test("another order in each, and the same from the same seed", async () => {
    const run = async (seed: number) => {
      const model = compiledNetwork();
      const losses: unknown[] = [];
      for (let i = 0; i < 2; i++) {
        const { history } = await fit(model, x, y, { ...given, shuffle: true, seed, epochs: 1 });
        losses.push(history.loss![0]);
      }
      return { losses, weights: weightsOf(model) };
    };
    const first = await run(1);
    expect(await run(1)).toEqual(first);
    expect((await run(2)).losses[0]).not.toBe(first.losses[0]);
    const still = async () => {
      const model = compiledNetwork(tf.train.sgd(0));
      const orders: number[][] = [];
      const callback = {
        onBatchEnd: (_: number, logs?: object) => orders.at(-1)!.push((logs as { loss: number }).loss),
      };
      for (let i = 0; i < 2; i++) {
        orders.push([]);
        await fit(model, x, y, { ...given, shuffle: true, epochs: 1, callbacks: callback as never });
      }
      return orders;
    };
    const [one, two] = await still();
    expect(one).not.toEqual(two);
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
        onBatchEnd(batch: number) {
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

test("a loss that reads values cannot be compiled: fit says so, once, and trains eagerly; compiled, it is refused", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  const reading = (targets: tf.Tensor, outputs: tf.Tensor) => {
    const difference = tf.sub(outputs, targets);
    return tf.mul(tf.square(difference), difference.dataSync().length > 0 ? 1 : 0);
  };
  const make = () => {
    const model = network("linear");
    model.compile({ optimizer: "sgd", loss: reading });
    return model;
  };
  const { history } = await fit(make(), x, y, { ...base, compile: { threads: 1 } });
  expect(warn.mock.calls).toEqual([
    [expect.stringMatching(/^fit: runs eagerly, several times slower than compiled\. /)],
  ]);
  const plain = await fit(compiledNetwork(), x, y, { ...base, execution: "eager" });
  expectClose(history.loss as number[], plain.history.loss as number[], "loss");
  await expect(fit(make(), x, y, { ...base, execution: "compiled" })).rejects.toThrow();
  expect(warn).toHaveBeenCalledTimes(1);
  warn.mockRestore();
});

test("verbose prints a line for each epoch", async () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  await fit(compiledNetwork(), x, y, { ...given, epochs: 2, verbose: 1, validationSplit: 0.3 });
  expect(log.mock.calls.flat()).toEqual([
    expect.stringMatching(/^Epoch 1 of 2: val_loss [\d.]+, loss [\d.]+$/),
    expect.stringMatching(/^Epoch 2 of 2: /),
  ]);
  log.mockRestore();
});

test("a fit that ends early goes on from its checkpoint to the same bits, with the whole history; the optimizer's memory too", async () => {
  const run = async (changes: FitArgs = {}) => {
    const model = network("linear");
    model.compile({ optimizer: tf.train.adam(0.01), loss: "meanSquaredError", metrics: ["mae"] });
    const args = { ...given, shuffle: true, epochs: 4, validationSplit: 0.2, ...changes };
    const { epoch, history } = await fit(model, x, y, args);
    await fit(model, x, y, { ...given, epochs: 1 });
    return { epoch, history, weights: weightsOf(model) };
  };
  const whole = await run();
  const storage = memoryStorage();
  const crash = {
    onEpochEnd: (epoch: number) => {
      if (epoch === 2) throw new Error("the power is gone");
    },
  };
  await expect(run({ checkpoint: { storage }, callbacks: crash })).rejects.toThrow("the power is gone");
  expect(await run({ checkpoint: { storage } })).toEqual(whole);
  expect(await run({ checkpoint: { storage } })).toEqual(whole);
  await expect(run({ checkpoint: { storage }, batchSize: 6 })).rejects.toThrow(/checkpoint is of another run: source/);
});
