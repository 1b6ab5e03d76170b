import type * as tf from "@tensorflow/tfjs-core";
import { initializers, type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import { gaussian } from "@weightcast/dictionary-random";
import { type LayerWeights, mlp } from "@weightcast/models";
import type { BatchSource } from "@weightcast/types";
import { describe, expect, test } from "vitest";
import { memoryStorage } from "../checkpoint/storage";
import type { TrainingEvent } from "../loop/events";
import { adam } from "../step/adam";
import { constant } from "../step/schedule";
import { sgd } from "../step/sgd";
import { blobs, features } from "../testing/blobs";
import { seeded, weightsOf } from "../testing/networks";
import { executions, leaked, stopAt } from "../testing/runs";
import { encoded } from "./encoded";
import { type PretrainOptions, pretrain } from "./pretrain";

const logistic = (x: number) => 1 / (1 + Math.exp(-x));

/** Blobs squeezed into (0, 1), the range of pixels and of activations of sigmoid units. */
const pixels = (seed: number, count?: number): Promise<BatchSource> =>
  blobs({ seed, preparable: true, ...(count && { count }) }).prepared!([features], async (rows) => rows.map(logistic));

const kinds: readonly [string, LayerWeights][] = [
  ["dense", { kind: "dense" }],
  ["low rank", { kind: "low-rank", rank: 3 }],
  [
    "factorized",
    { kind: "factorized", dictionary: gaussian([features], { seed: 2 }), rank: 3, columns: 2, order: "inputs-first" },
  ],
];

const network = (weights: LayerWeights) =>
  mlp({ input: [features], hidden: [4, 4], classes: 3, weights: { hidden_1: weights }, seed: 5 });
const firstOf = (model: LayersModel) => model.layers.find(({ name }) => name === "hidden_1")!;

/** Source with a single batch, the same in every epoch. */
function batchOf(rows: readonly (readonly number[])[]): BatchSource {
  return {
    count: rows.length,
    batchSize: rows.length,
    batchesPerEpoch: 1,
    inputShape: [rows[0]!.length],
    classes: 1,
    *batches() {
      yield { inputs: Float32Array.from(rows.flat()), labels: new Int32Array(rows.length), count: rows.length };
    },
  };
}

/** W and b of a layer, computed by definition in float64 from the flat values of its trainable weights. */
function weightsFrom(layer: layers.Layer, trainable: readonly (readonly number[])[]) {
  const bias = trainable.at(-1)!;
  const units = bias.length;
  const at = (values: ArrayLike<number>, width: number, i: number, j: number) => values[i * width + j]!;
  const matrix = (entry: (i: number, j: number) => number) =>
    Array.from({ length: features }, (_, i) => Array.from({ length: units }, (_, j) => entry(i, j)));
  const sum = (length: number, term: (k: number) => number) =>
    Array.from({ length }, (_, k) => term(k)).reduce((a, b) => a + b, 0);
  if (layer.getClassName() === "Dense") return { w: matrix((i, j) => at(trainable[0]!, units, i, j)), bias };
  if (layer.getClassName() === "LowRankDense")
    return {
      w: matrix((i, j) => sum(3, (k) => at(trainable[0]!, 3, i, k) * at(trainable[1]!, units, k, j))),
      bias,
    };
  const atoms = (layer as unknown as { atoms(): tf.Tensor }).atoms().dataSync(); // [6, 2 · 3]
  return {
    w: matrix((i, j) => {
      const column = j < 2 ? 0 : 1;
      return sum(3, (k) => at(atoms, 6, i, column * 3 + k) * trainable[0]![column * 6 + k * 2 + (j % 2)]!);
    }),
    bias,
  };
}

/** Loss of the tied autoencoder, by definition, in float64. */
function lossOf({ w, bias }: ReturnType<typeof weightsFrom>, rows: readonly (readonly number[])[]): number {
  let loss = 0;
  for (const x of rows) {
    const h = bias.map((b, j) => logistic(x.reduce((sum, value, i) => sum + value * w[i]![j]!, b)));
    for (const [i, value] of x.entries())
      loss += (logistic(h.reduce((sum, unit, j) => sum + unit * w[i]![j]!, 0)) - value) ** 2 / 2 / rows.length;
  }
  return loss;
}

test.each(kinds)(
  "%s: a step of plain descent follows the gradient of the tied loss (differences in float64, 1e-3)",
  async (_, weights) => {
    const rows = Array.from({ length: 9 }, (_, n) =>
      Array.from({ length: features }, (_, i) => Math.fround(logistic(Math.sin(n * 2.1 + i * i)))),
    );
    const model = seeded(network(weights), 7);
    const layer = firstOf(model);
    const read = () => layer.trainableWeights.map((variable) => [...variable.read().dataSync()]);
    const before = read();
    const { history } = await pretrain(layer, batchOf(rows), {
      epochs: 1,
      optimizer: sgd(),
      schedule: constant(1),
      execution: "eager",
    });
    expect(Math.abs(history[0]!.loss - lossOf(weightsFrom(layer, before), rows))).toBeLessThan(1e-5);
    const after = read();
    const h = 1e-4;
    const derivative = (which: number, k: number) => {
      const moved = (by: number) =>
        lossOf(
          weightsFrom(
            layer,
            before.map((one, i) => (i === which ? one.with(k, one[k]! + by) : one)),
          ),
          rows,
        );
      return (moved(h) - moved(-h)) / (2 * h);
    };
    const gradients = before.map((one, which) => one.map((_, k) => derivative(which, k)));
    const largest = Math.max(...gradients.flat().map(Math.abs));
    expect(largest).toBeGreaterThan(0.005);
    for (const [which, one] of gradients.entries())
      for (const [k, expected] of one.entries())
        expect(Math.abs(before[which]![k]! - after[which]![k]! - expected)).toBeLessThan(1e-3 * largest);
    model.dispose();
  },
);

test("linear, without biases, r units span the r leading principal components", async () => {
  // Examples ± s_k q_k: their covariance is Q diag(s²) Qᵀ / 4 by construction, where Q is a Hadamard matrix / 2.
  const q = [0, 1, 2, 3].map((k) =>
    [0, 1, 2, 3].map((i) => ((i & k).toString(2) === "1" || (i & k) === 2 ? -0.5 : 0.5)),
  );
  const scales = [1, 3, 0.5, 2];
  const rows = q.flatMap((atom, k) => [1, -1].map((sign) => atom.map((value) => sign * scales[k]! * value)));
  const kernelInitializer = initializers.randomNormal({ seed: 3, stddev: 0.3 });
  const layer = layers.dense({ units: 2, useBias: false, inputShape: [4], kernelInitializer });
  const model = sequential({ layers: [layer] });
  await pretrain(layer, batchOf(rows), {
    epochs: 200,
    optimizer: sgd({ momentum: 0.9 }),
    schedule: constant(0.05),
    decoder: "linear",
    execution: "eager",
  });
  const w = [...model.weights[0]!.read().dataSync()];
  for (let i = 0; i < 4; i++)
    for (let j = 0; j < 4; j++) {
      const projection = w[i * 2]! * w[j * 2]! + w[i * 2 + 1]! * w[j * 2 + 1]!;
      const expected = q[1]![i]! * q[1]![j]! + q[3]![i]! * q[3]![j]!; // the components with scales 3 and 2
      expect(Math.abs(projection - expected)).toBeLessThan(1e-3);
    }
  model.dispose();
});

test("corruption masks its share of the inputs, leaves the others unchanged, and compares with the uncorrupted inputs", async () => {
  // x̂ = x W Wᵀ with W = I, and all inputs are 1: the loss counts the masked inputs, and nothing else.
  const size = 50;
  const layer = layers.dense({
    units: size,
    inputShape: [size],
    kernelInitializer: initializers.identity({}),
  });
  const model = sequential({ layers: [layer] });
  const ones = Array.from({ length: 100 }, () => Array<number>(size).fill(1));
  const lossWith = async (seed: number, corruption: number) => {
    const { history } = await pretrain(layer, batchOf(ones), {
      epochs: 1,
      optimizer: sgd(),
      schedule: () => 0,
      decoder: "linear",
      execution: "eager",
      seed,
      corruption,
      evaluation: { source: batchOf(ones) },
    });
    expect(history[0]!.evaluation!.loss).toBeCloseTo(0, 6); // nothing is masked outside training
    return history[0]!.loss;
  };
  const masked = (await lossWith(1, 0.3)) / (size / 2);
  expect(Math.abs(masked - 0.3)).toBeLessThan(5 * Math.sqrt((0.3 * 0.7) / 5000));
  expect(await lossWith(1, 0.3)).toBeCloseTo((masked * size) / 2, 5);
  expect(Math.abs((await lossWith(2, 0.3)) - (masked * size) / 2)).toBeGreaterThan(1e-3);
  expect(await lossWith(1, 0)).toBeCloseTo(0, 6);
  model.dispose();
});

describe.each(executions)("pretrain, %s", (execution) => {
  const options: PretrainOptions = {
    epochs: 4,
    optimizer: adam(),
    schedule: constant(0.02),
    corruption: 0.2,
    seed: 4,
    lossEvery: 1,
    execution,
    compile: { threads: 1 },
  };

  async function trained(weights: LayerWeights, changes: Partial<PretrainOptions> = {}) {
    const model = network(weights);
    try {
      const evaluation = { source: await pixels(2, 40) };
      const all = { ...options, evaluation, ...changes };
      const { seconds: _, ...result } = await pretrain(firstOf(model), await pixels(1), all);
      return { ...result, weights: weightsOf(model) };
    } finally {
      model.dispose();
    }
  }

  test.each(kinds)(
    "%s: the loss falls, only the layer's trainable weights change, nothing is left behind",
    async (_, kind) => {
      const model = network(kind);
      const layer = firstOf(model);
      const heldOut = await pixels(2, 40);
      const source = await pixels(1);
      const before = weightsOf(model);
      const nodes = layer.inboundNodes.length;
      const events: TrainingEvent[] = [];
      const leak = await leaked(async () => {
        const { history, status } = await pretrain(layer, source, {
          ...options,
          evaluation: { source: heldOut },
          onEvent: (event) => events.push(event),
        });
        expect(status).toBe("done");
        expect(history.at(-1)!.evaluation!.loss).toBeLessThan(0.95 * history[0]!.evaluation!.loss);
        expect(history.at(-1)!.evaluation!.error).toBeNaN();
      });
      expect(leak).toEqual({ tensors: 0, buffers: 0 });
      expect(events.map(({ type }) => type).filter((type) => type !== "step")).toEqual([
        ...["start", "execution"],
        ...Array.from({ length: 4 }, () => ["evaluate", "epoch"]).flat(),
        "end",
      ]);
      expect(events.find(({ type }) => type === "execution")).toMatchObject({ execution });
      expect(layer.inboundNodes).toHaveLength(nodes);
      const after = weightsOf(model);
      const learned = new Set(layer.trainableWeights.map(({ name }) => name));
      for (const [i, { name }] of model.weights.entries()) {
        if (learned.has(name)) expect(after[i]).not.toEqual(before[i]);
        else expect(after[i]).toEqual(before[i]);
      }
      model.dispose();
    },
  );

  test("interrupted after any step and continued, every number is the same", async () => {
    const kind = kinds[2]![1];
    const whole = await trained(kind);
    for (const step of [3, 7, 20]) {
      const checkpoint = { storage: memoryStorage(), every: 5 };
      const compile = { threads: 1, stepsPerCall: 1 };
      expect(await trained(kind, { checkpoint, compile, ...stopAt(step) })).toMatchObject({
        status: "interrupted",
        step,
      });
      expect(await trained(kind, { checkpoint, compile })).toEqual(whole);
    }
  });

  test("a checkpoint of another decoder, corruption or meta is refused", async () => {
    const storage = memoryStorage();
    await trained(kinds[0]![1], { checkpoint: { storage, meta: "a" } });
    for (const [changes, difference] of [
      [{ corruption: 0.1 }, "meta.corruption is 0.2 there and 0.1 here"],
      [{ decoder: "linear" }, 'meta.decoder is "sigmoid" there and "linear" here'],
      [{ checkpoint: { storage, meta: "b" } }, 'meta.meta is "a" there and "b" here'],
    ] as const)
      await expect(trained(kinds[0]![1], { checkpoint: { storage, meta: "a" }, ...changes })).rejects.toMatchObject({
        code: "CHECKPOINT_MISMATCH",
        message: expect.stringContaining(difference),
      });
  });

  if (execution === "compiled")
    test("compiled equals eager to 1e-4, also for a source that could be prepared", async () => {
      for (const [, kind] of kinds) {
        let prepared: boolean | undefined;
        const onEvent = (event: TrainingEvent) => {
          if (event.type === "execution") prepared = event.prepared;
        };
        const compiled = await trained(kind, { corruption: 0, optimizer: sgd({ momentum: 0.9 }), onEvent });
        expect(prepared).toBe(false);
        const eager = await trained(kind, { corruption: 0, optimizer: sgd({ momentum: 0.9 }), execution: "eager" });
        for (const [i, { loss, evaluation }] of compiled.history.entries()) {
          expect(Math.abs(loss - eager.history[i]!.loss)).toBeLessThan(1e-4 * loss);
          expect(Math.abs(evaluation!.loss - eager.history[i]!.evaluation!.loss)).toBeLessThan(1e-4 * loss);
        }
        for (const [i, one] of compiled.weights.entries())
          for (const [k, value] of one.entries()) expect(Math.abs(value - eager.weights[i]![k]!)).toBeLessThan(1e-4);
        const noisy = await trained(kind);
        const same = await trained(kind, { execution: "eager" });
        for (const [i, { loss }] of noisy.history.entries())
          expect(Math.abs(loss - same.history[i]!.loss)).toBeLessThan(1e-4 * loss);
      }
    });

  test("stops early", async () => {
    const { status, history } = await trained(kinds[0]![1], { epochs: 9, patience: 2, schedule: () => 0 });
    expect(status).toBe("done");
    expect(history).toHaveLength(3);
  });
});

test("greedy pre-training: the second layer learns from the outputs of the first", async () => {
  const model = network(kinds[2]![1]);
  const [first, second] = ["hidden_1", "hidden_2"].map((name) => model.getLayer(name));
  const options: PretrainOptions = {
    epochs: 3,
    optimizer: adam(),
    schedule: constant(0.02),
    lossEvery: 1,
    execution: "eager",
  };
  const source = await pixels(1);
  await pretrain(first!, source, options);
  const { history } = await pretrain(second!, await encoded(source, first!), options);
  expect(history.at(-1)!.loss).toBeLessThan(history[0]!.loss);
  model.dispose();
});

describe("invalid input is named in the error", () => {
  const run = async (layer: layers.Layer, options: Partial<PretrainOptions> = {}) =>
    pretrain(layer, await pixels(1), { epochs: 1, optimizer: sgd(), schedule: constant(0.1), ...options });
  const dense = (more: object = {}) => {
    const layer = layers.dense({ units: 3, name: "d", inputShape: [features], ...more });
    sequential({ layers: [layer] });
    return layer;
  };

  test("options", async () => {
    await expect(run(dense(), { decoder: "tanh" as "linear" })).rejects.toThrow(
      RangeError('pretrain: decoder must be "sigmoid" or "linear"; got "tanh"'),
    );
    await expect(run(dense(), { corruption: 1 })).rejects.toThrow(
      RangeError("pretrain: corruption must be in [0, 1); got 1"),
    );
    await expect(run(dense(), { patience: 0 })).rejects.toThrow(
      "train: patience must be an integer of at least 1; got 0",
    );
  });

  test("layers", async () => {
    await expect(run(layers.dense({ units: 3, name: "alone" }))).rejects.toThrow(
      TypeError('pretrain: layer "alone" (Dense) is not built yet; put it into a model with an input first'),
    );
    await expect(run(dense({ trainable: false }))).rejects.toThrow("has nothing to train; make it trainable");
    const flat = layers.flatten({ inputShape: [2, 3], name: "flat" });
    sequential({ layers: [flat] });
    await expect(run(flat)).rejects.toThrow(
      TypeError(
        'pretrain: the layer must be g(x W + b), such as dense, factorizedDense or lowRankDense; got layer "flat" (Flatten)',
      ),
    );
  });

  test("sources", async () => {
    await expect(run(dense({ inputShape: [5] }))).rejects.toThrow(
      "the model takes inputs [5] and the source gives [6]",
    );
  });
});
