import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import type { BatchSource } from "@weightcast/types";
import { describe, expect, test } from "vitest";
import { adam } from "../step/adam";
import { constant, cosine } from "../step/schedule";
import { sgd } from "../step/sgd";
import { dispose, initialState, type TrainingState } from "../step/state";
import { createStep } from "../step/step";
import { blobs, features } from "../testing/blobs";
import { network, seeded, weightsOf } from "../testing/networks";
import { executions, leaked } from "../testing/runs";
import { evaluate } from "./evaluate";
import type { TrainingEvent } from "./events";
import type { TrainOptions } from "./options";
import { train } from "./train";

const source = blobs({ seed: 1 }); // 7 batches, the last of 4
const heldOut = blobs({ seed: 1, count: 60 });

const options = {
  epochs: 3,
  optimizer: sgd({ momentum: 0.9 }),
  schedule: cosine(0.1, 21),
  weightDecay: 1e-3,
  maxColumnNorm: 1.9365,
  lossEvery: 3,
  evaluation: { source: heldOut },
} satisfies TrainOptions;

describe.each(executions)("train, %s", (execution) => {
  const base: TrainOptions = { ...options, execution, compile: { threads: 1 } };

  /** Trains a fresh network. @returns its weights, and the result without its time */
  async function trained(changes: Partial<TrainOptions> = {}, from: BatchSource = source) {
    const model = network(9);
    try {
      const { seconds: _, ...result } = await train(model, from, { ...base, ...changes });
      return { ...result, weights: weightsOf(model) };
    } finally {
      model.dispose();
    }
  }

  test("learns: the error falls from chance to less than a quarter (the clouds overlap), and the model has the evaluated weights", async () => {
    const model = network(9);
    expect((await evaluate(model, heldOut)).error).toBeGreaterThan(0.5);
    const { history, status, step, seconds } = await train(model, source, {
      ...base,
      epochs: 10,
      schedule: cosine(0.1, 70),
    });
    expect({ status, step }).toEqual({ status: "done", step: 70 });
    expect(history).toHaveLength(10);
    expect(seconds).toBeGreaterThan(0);
    const { error, loss, count } = await evaluate(model, heldOut);
    expect(history.at(-1)!.evaluation).toMatchObject({ error, count });
    expect(Math.abs(history.at(-1)!.evaluation!.loss - loss)).toBeLessThan(execution === "eager" ? 1e-12 : 1e-5);
    expect(history.at(-1)!.evaluation!.error).toBeLessThan(0.25);
    expect(history.at(-1)!.loss).toBeLessThan(history[0]!.loss / 2);
    model.dispose();
  });

  test(`equals the plain loop over steps, ${execution === "eager" ? "to the bit" : "to 1e-4"}`, async () => {
    const model = network(9);
    const step = createStep(model, options);
    let state: TrainingState = initialState(model, options.optimizer);
    const losses: number[] = [];
    for (let epoch = 0; epoch < 3; epoch++)
      for (const { inputs, labels, count } of source.batches(epoch)) {
        const tensors = { inputs: tf.tensor2d(inputs.slice(), [count, features]), labels: tf.tensor1d(labels.slice()) };
        const scalars = options.optimizer.scalars(options.schedule(losses.length), losses.length);
        const rates = scalars.map((value) => tf.scalar(value));
        const labelled = { inputs: tensors.inputs, labels: tf.cast(tensors.labels, "int32") };
        const { loss, ...next } = step(state, labelled, rates);
        losses.push(loss.dataSync()[0]!);
        dispose([state, tensors, labelled, rates, loss]);
        state = next;
      }
    const { weights, history } = await trained();
    const expectSame = (actual: number[], expected: number[]) => {
      if (execution === "eager") return expect(actual).toEqual(expected);
      const scale = Math.max(...expected.map(Math.abs));
      for (const [i, value] of actual.entries()) expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-4 * scale);
    };
    for (const [i, weight] of state.weights.entries()) expectSame(weights[i]!, [...weight.dataSync()]);
    // The loss is read at batches 0, 3 and 6 of the 7 in each epoch.
    const mean = (epoch: number) => [0, 3, 6].reduce((sum, i) => sum + losses[7 * epoch + i]!, 0) / 3;
    expectSame(
      history.map(({ loss }) => loss),
      [0, 1, 2].map(mean),
    );
    expect(history.map(({ rate }) => rate)).toEqual([6, 13, 20].map(options.schedule));
    dispose(state);
    model.dispose();
  });

  test.each([
    ["sgd", sgd()],
    ["nesterov", sgd({ momentum: 0.9, nesterov: true })],
    ["adam", adam()],
  ])("%s: two runs are the same, to the bit", async (_, optimizer) => {
    const changes = { optimizer, schedule: constant(0.02) };
    expect(await trained(changes)).toEqual(await trained(changes));
  });

  test("the number of tensors is constant from step to step, and nothing is left behind", async () => {
    const counts = new Set<number>();
    const onEvent = ({ type }: TrainingEvent) => {
      if (type === "step") counts.add(tf.memory().numTensors);
    };
    expect(await leaked(() => trained({ onEvent }))).toEqual({ tensors: 0, buffers: 0 });
    expect(counts.size).toBe(1);
  });

  test("the model's variables change only at the end; an error leaves them unchanged, and nothing behind", async () => {
    const model = network(9);
    const before = weightsOf(model);
    const onEvent = ({ type, ...event }: TrainingEvent) => {
      expect(weightsOf(model)).toEqual(before);
      if (type === "step" && "step" in event && event.step === 10) throw new Error("thrown by the listener");
    };
    const run = () => train(model, source, { ...base, onEvent });
    const leak = await leaked(() => expect(run()).rejects.toThrow("thrown by the listener"));
    expect(leak).toEqual({ tensors: 0, buffers: 0 });
    expect(weightsOf(model)).toEqual(before);
    model.dispose();
  });

  test("emits its events in order", async () => {
    const events: TrainingEvent[] = [];
    await trained({ epochs: 4, evaluation: { source: heldOut, every: 3 }, onEvent: (event) => events.push(event) });
    const steps = Array.from({ length: 7 }, () => "step");
    expect(events.map(({ type }) => type)).toEqual([
      ...[
        "start",
        "execution",
        ...steps,
        "epoch",
        ...steps,
        "epoch",
        ...steps,
        "evaluate",
        "epoch",
        ...steps,
        "evaluate",
        "epoch",
      ],
      "end",
    ]);
    expect(events[0]).toEqual({ type: "start", step: 0, epoch: 1, steps: 28, epochs: 4, batchesPerEpoch: 7 });
    expect(events[1]).toMatchObject({ type: "execution", execution });
    const tenth = events.filter((event) => event.type === "step")[9]!;
    expect(tenth).toMatchObject({ step: 10, steps: 28, epoch: 2, epochs: 4, rate: options.schedule(9) });
    expect(tenth.secondsLeft).toBeCloseTo(18 / tenth.stepsPerSecond, 9);
    expect(tenth.stepsPerSecond).toBeGreaterThan(0);
    expect(events.at(-1)).toMatchObject({ type: "end", status: "done", step: 28, epoch: 4 });
  });

  test("step events have the loss that was read last", async () => {
    const losses: number[] = [];
    const onEvent = (event: TrainingEvent) => {
      if (event.type === "step") losses.push(event.loss);
    };
    await trained({ epochs: 1, onEvent });
    expect(losses[1]).toBe(losses[0]);
    expect(losses[2]).toBe(losses[0]);
    expect(losses[3]).not.toBe(losses[0]);
    expect(new Set(losses).size).toBe(3);
  });

  test("timers run during training: one stops a million epochs, 100 ms after the first step", async () => {
    const stop = new AbortController();
    const onEvent = (event: TrainingEvent) => {
      if (event.type === "step" && event.step === 1) setTimeout(() => stop.abort(), 100);
    };
    const { status, step } = await trained({ epochs: 1e6, evaluation: undefined!, signal: stop.signal, onEvent });
    expect(status).toBe("interrupted");
    expect(step).toBeGreaterThan(1);
  });

  test("a diverging run ends with an error that names step, rate and a remedy; the model is unchanged", async () => {
    const model = network(9, 8, "relu");
    const before = weightsOf(model);
    const run = () =>
      train(model, source, { execution, epochs: 3, optimizer: sgd(), schedule: constant(1e30), lossEvery: 2 });
    const leak = await leaked(() =>
      expect(run()).rejects.toMatchObject({
        code: "DIVERGED",
        message: expect.stringMatching(
          /^train: the training diverged: the loss is (NaN|Infinity) at step 3, with a learning rate of 1e\+30; try a tenth of the rate/,
        ),
      }),
    );
    expect(leak).toEqual({ tensors: 0, buffers: 0 });
    expect(weightsOf(model)).toEqual(before);
    model.dispose();
  });

  test("a mean loss far above that of guessing is a divergence, although it is finite; a spike is none", async () => {
    const large = { epochs: 2, evaluation: undefined!, maxColumnNorm: undefined! };
    await expect(trained({ ...large, optimizer: sgd(), schedule: 1e6 })).rejects.toMatchObject({
      code: "DIVERGED",
      message: expect.stringMatching(
        /^train: the training diverged: the mean loss of epoch 1 is [\d.e+]+, above \d+, at step 7, with a learning rate of 1000000; try a tenth/,
      ),
    });
    const measured = { ...large, evaluation: { source: heldOut }, lossEvery: 100 };
    const schedule = (step: number) => (step === 6 ? 1e7 : 0.01); // after the last loss that is read
    await expect(trained({ ...measured, optimizer: sgd(), schedule })).rejects.toMatchObject({
      code: "DIVERGED",
      message: expect.stringMatching(/the loss on the evaluation source is [\d.e+]+, above \d+, at step 7/),
    });
    // The loss of unscaled inputs is large from the first batch on.
    const unscaled: BatchSource = {
      ...source,
      *batches(epoch, from) {
        for (const batch of source.batches(epoch, from)) yield { ...batch, inputs: batch.inputs.map((x) => 1e6 * x) };
      },
    };
    const linear = seeded(sequential({ layers: [layers.dense({ units: 3, inputShape: [features] })] }), 4);
    const { history } = await train(linear, unscaled, { execution, epochs: 1, optimizer: "sgd", schedule: 1e-12 });
    expect(history[0]!.loss).toBeGreaterThan(11000);
    linear.dispose();
  });

  test("inputs that are not finite are said to be the inputs, with their place; so are weights", async () => {
    const spoiled = (value: number): BatchSource => ({
      ...source,
      *batches(epoch, from = 0) {
        let index = from;
        for (const batch of source.batches(epoch, from)) {
          const inputs = batch.inputs.slice();
          if (index++ === 2) inputs[5 * features + 4] = value;
          yield { ...batch, inputs };
        }
      },
    });
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY])
      await expect(trained({ lossEvery: 3 }, spoiled(value))).rejects.toMatchObject({
        code: "NOT_FINITE",
        message: `train: the inputs of the source must be finite numbers; got ${value} in batch 2 of epoch 0: inputs, row 5, column 4 (all counted from 0); clean the data`,
      });
    await expect(trained({ evaluation: { source: spoiled(Number.NaN) } })).rejects.toMatchObject({
      message: expect.stringContaining(
        "the inputs of the evaluation source must be finite numbers; got NaN in batch 2",
      ),
    });
    const broken = network(9);
    broken.layers[1]!.setWeights([tf.fill([8, 3], Number.NaN), tf.zeros([3])]);
    await expect(train(broken, source, { ...options, execution })).rejects.toMatchObject({
      code: "NOT_FINITE",
      message: expect.stringContaining("the model's weights must be finite numbers before the first step; got NaN in"),
    });
    broken.dispose();
  });

  test("weights that stop being finite in the very last update are noticed too", async () => {
    const run = trained({ epochs: 1, schedule: (step) => (step === 6 ? 1e39 : 0.1), evaluation: undefined! });
    await expect(run).rejects.toMatchObject({ code: "DIVERGED", message: expect.stringContaining("at step 7") });
  });

  test("invalid options and sources are named in the error", async () => {
    await expect(trained({ epochs: 0 })).rejects.toThrow("train: epochs must be an integer of at least 1; got 0");
    await expect(trained({ lossEvery: 0.5 })).rejects.toThrow(
      "train: lossEvery must be an integer of at least 1; got 0.5",
    );
    await expect(trained({ schedule: () => Number.NaN })).rejects.toThrow(
      "train: schedule must give a finite number of at least 0; got NaN for step 0",
    );
    await expect(trained({}, { ...source, inputShape: [3, 2] })).rejects.toThrow("train: the model takes inputs [6]");
    await expect(trained({ evaluation: { source: { ...heldOut, classes: 4 } } })).rejects.toThrow(
      "train: evaluation: the model",
    );
    await expect(trained({}, { ...source, batchesPerEpoch: 8 })).rejects.toThrow(
      "source: an epoch must have 8 batches, as announced; got 7",
    );
    const labelled = {
      ...source,
      *batches() {
        yield { inputs: new Float32Array(2 * features), labels: Int32Array.of(1, 3), count: 2 };
      },
    };
    await expect(trained({}, labelled)).rejects.toThrow(
      "source: labels must be in [0, 3), the classes announced; got 3",
    );
    const short = {
      ...source,
      *batches() {
        yield { inputs: new Float32Array(features), labels: Int32Array.of(1, 2), count: 2 };
      },
    };
    await expect(trained({}, short)).rejects.toThrow("must hold 12 values and 2 labels; got 6 and 2");
  });
});
