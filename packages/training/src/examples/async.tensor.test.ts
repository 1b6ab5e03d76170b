import * as data from "@tensorflow/tfjs-data";
import { initializers, type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import { stream } from "@weightcast/random";
import type { ExampleSource } from "@weightcast/types";
import { describe, expect, test } from "vitest";
import { memoryStorage } from "../checkpoint/storage";
import { evaluate } from "../loop/evaluate";
import type { TrainOptions } from "../loop/options";
import { train } from "../loop/train";
import { adam } from "../step/adam";
import { classification } from "../tasks/classification";
import { regression } from "../tasks/regression";
import { seeded, weightsOf } from "../testing/networks";
import { executions, leaked, stopAt } from "../testing/runs";
import { arrays } from "./arrays";
import { fromDataset } from "./from-dataset";

const draw = stream(61, "async");
const count = 22;
const inputs = Float32Array.from({ length: count * 6 }, () => draw.normal());
const targets = Float32Array.from({ length: count * 2 }, () => draw.normal());
const source = arrays({ values: inputs, shape: [6] }, { values: targets, shape: [2] }, { batchSize: 5, seed: 2 });
const { prepared: _, split: __, ...plain } = source;
const later: ExampleSource = {
  ...plain,
  async *batches(epoch, from) {
    for (const batch of source.batches(epoch, from)) {
      await new Promise((resolve) => setTimeout(resolve));
      yield batch;
    }
  },
};

/** Regression whose first layer is fixed, as the U of a factorized one, so that x U can be computed once. */
function network(): LayersModel {
  const kernelInitializer = initializers.zeros();
  const model = sequential({
    layers: [
      layers.dense({ inputShape: [6], units: 3, useBias: false, trainable: false, kernelInitializer }),
      layers.dense({ units: 5, activation: "tanh", kernelInitializer }),
      layers.dense({ units: 2, kernelInitializer }),
    ],
  });
  return seeded(model, 9);
}

const options: TrainOptions = { task: regression(), epochs: 3, optimizer: adam(), schedule: 0.02, lossEvery: 1 };

async function trained(from: ExampleSource, changes: Partial<TrainOptions> = {}) {
  const model = network();
  let prepared: boolean | undefined;
  try {
    const { history } = await train(model, from, {
      ...options,
      onEvent: (event) => {
        if (event.type === "execution") prepared = event.prepared;
      },
      ...changes,
    });
    return { history, weights: weightsOf(model), prepared };
  } finally {
    model.dispose();
  }
}

describe.each(executions)("%s", (execution) => {
  const compile = { threads: 1 };

  test("an asynchronous source gives the same numbers as a synchronous one, to the bit; leaks nothing", async () => {
    const leak = await leaked(async () => {
      const evaluation = { source: later };
      const changes = { execution, compile: { ...compile, memory: 0 }, evaluation };
      const { prepared, ...numbers } = await trained(source, changes);
      expect(await trained(later, changes)).toMatchObject(numbers);
    });
    expect(leak).toEqual({ tensors: 0, buffers: 0 });
  });

  test("it resumes after any stop to the same bits", async () => {
    const { prepared, ...whole } = await trained(later, { execution, compile: { ...compile, stepsPerCall: 1 } });
    for (const step of [1, 5, 7]) {
      const checkpoint = { storage: memoryStorage() };
      await trained(later, { execution, compile: { ...compile, stepsPerCall: 1 }, checkpoint, ...stopAt(step) });
      const resumed = await trained(later, { execution, compile: { ...compile, stepsPerCall: 1 }, checkpoint });
      expect(resumed).toMatchObject(whole);
    }
  });

  test("arrays are prepared where the first layer's x U is fixed: every number stays the same, to the bit", async () => {
    const evaluation = { source: source.split(7)[1] };
    const run = (memory: number) => trained(source, { execution, compile: { ...compile, memory }, evaluation });
    const { prepared, ...numbers } = await run(2 ** 30);
    const { prepared: without, ...plain } = await run(0);
    expect(numbers).toEqual(plain);
    expect([prepared, without]).toEqual(execution === "compiled" ? [true, false] : [undefined, undefined]);
  });
});

test("an error in an asynchronous source reaches the caller; what is no iterable is named", async () => {
  const failing: ExampleSource = {
    ...plain,
    // biome-ignore lint/correctness/useYield: it fails first.
    async *batches() {
      throw new Error("the disk is gone");
    },
  };
  await expect(trained(failing)).rejects.toThrow("the disk is gone");
  await expect(evaluate(network(), failing, { task: regression() })).rejects.toThrow("the disk is gone");
  const promised = { ...plain, batches: async () => source.batches(0) } as never;
  await expect(trained(promised)).rejects.toThrow(/batches must return an iterable.*async one; got a promise/);
  const broken: ExampleSource = {
    ...plain,
    async *batches() {
      const one = { inputs: [new Float32Array(30).fill(Number.NaN)], targets: [new Float32Array(10)], count: 5 };
      for (let i = 0; i < source.batchesPerEpoch; i++) yield one;
    },
  };
  await expect(trained(broken)).rejects.toThrow(/the inputs of the source must be finite numbers; got NaN in batch 0/);
});

test("class numbers of parts are checked, against the units too, also at each step of a sequence", async () => {
  const model = seeded(
    sequential({ layers: [layers.dense({ inputShape: [4, 2], units: 3, kernelInitializer: "zeros" })] }),
    1,
  );
  const steps = { values: Float32Array.from({ length: 24 }, () => draw.normal()), shape: [4, 2] };
  const labels = { values: Int32Array.from({ length: 12 }, (_, i) => i % 3), shape: [4] };
  const given = { task: classification() };
  const { count } = await evaluate(model, arrays(steps, labels, { classes: 3 }), given);
  expect(count).toBe(3);
  await expect(evaluate(model, arrays(steps, labels, { classes: 4 }), given)).rejects.toThrow(
    /the source has 4 classes/,
  );
  const wrong = arrays(steps, { ...labels, values: new Int32Array(12).fill(3) });
  const announced = { ...wrong, targets: [{ ...wrong.targets[0]!, classes: 3 }] };
  await expect(evaluate(model, announced, given)).rejects.toThrow(
    /target 0 must be in \[0, 3\), the classes announced; got 3/,
  );
  model.dispose();
});

describe("fromDataset", () => {
  const rows = Array.from({ length: count }, (_, i) => ({
    xs: [...inputs.subarray(i * 6, i * 6 + 6)],
    ys: [...targets.subarray(i * 2, i * 2 + 2)],
  }));
  const dataset = () => data.array(rows).batch(5);
  const inOrder = arrays(
    { values: inputs, shape: [6] },
    { values: targets, shape: [2] },
    { batchSize: 5, shuffle: false },
  );

  test("a tf.data dataset trains to the numbers of the same arrays, to the bit, and resumes; leaks nothing", async () => {
    const leak = await leaked(async () => {
      const from = await fromDataset(dataset() as never);
      const { split, prepared, weighted, ...sizes } = inOrder;
      expect(from).toMatchObject({ ...sizes, batches: expect.any(Function) });
      const eager = { execution: "eager", evaluation: { source: from } } as const;
      const { history, weights } = await trained(inOrder, eager);
      expect(await trained(from, eager)).toMatchObject({ history, weights });
      const checkpoint = { storage: memoryStorage() };
      await trained(from, { ...eager, checkpoint, ...stopAt(7) });
      expect(await trained(from, { ...eager, checkpoint })).toMatchObject({ history, weights });
    });
    expect(leak).toEqual({ tensors: 0, buffers: 0 });
  });

  test("a function of the epoch makes each epoch's dataset; a dataset that never ends gets a number of batches", async () => {
    const shuffled = (epoch: number) => data.array(rows).shuffle(30, `seed ${epoch}`, false).batch(5);
    const from = await fromDataset(shuffled as never);
    const epochs = await Promise.all([0, 1, 1].map((epoch) => firstOf(from, epoch)));
    expect(epochs[1]).toEqual(epochs[2]);
    expect(epochs[0]).not.toEqual(epochs[1]);
    const endless = await fromDataset(data.array(rows).repeat().batch(5) as never, { batchesPerEpoch: 7 });
    expect(endless).toMatchObject({ count: 35, batchSize: 5, batchesPerEpoch: 7 });
    async function firstOf({ batches }: ExampleSource, epoch: number) {
      for await (const batch of batches(epoch)) return [...batch.inputs[0]!];
      return [];
    }
  });

  test("tensors by name come in the order of the names", async () => {
    const named = data.array(rows.map(({ xs, ys }) => ({ xs: { a: xs, b: ys }, ys: xs[0]! }))).batch(4);
    const from = await fromDataset(named as never, { inputNames: ["b", "a"] });
    expect(from.inputs.map(({ shape }) => shape)).toEqual([[2], [6]]);
    expect(from.targets).toEqual([{ shape: [], dtype: "float32" }]);
  });

  test.each<[string, () => Promise<unknown>, RegExp]>([
    ["nothing", () => fromDataset([] as never), /must be a tf.data Dataset.*got the array \[\]/],
    ["empty", () => fromDataset(data.array(rows).take(0).batch(2) as never), /must have batches; got none/],
    [
      "no batches",
      () => fromDataset(data.array([{ a: 1 }]).batch(1) as never),
      /must be batches \{ xs, ys \}.*got undefined for xs/,
    ],
    [
      "a name",
      () => fromDataset(data.array([{ xs: { b: 1 }, ys: 1 }]).batch(1) as never, { inputNames: ["a"] }),
      /tensors, named a; got an object with b for xs/,
    ],
    [
      "uneven",
      () =>
        fromDataset(
          data
            .array(rows)
            .take(3)
            .batch(1)
            .concatenate(dataset() as never) as never,
        ),
      /must have the same size; got 1 examples in the first and 5 in batch 3/,
    ],
  ])("bad input: %s", async (_, call, message) => {
    await expect(call()).rejects.toThrow(message);
  });
});
