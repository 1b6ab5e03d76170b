import * as tf from "@tensorflow/tfjs-core";
import {
  initializers,
  input,
  type LayersModel,
  layers,
  loadLayersModel,
  model as modelOf,
  type SymbolicTensor,
  sequential,
} from "@tensorflow/tfjs-layers";
import { factorizedDense, registerLayers } from "@weightcast/core";
import { type Dictionary, dictionaries } from "@weightcast/dictionary";
import { gaussian, gaussianModule, identity } from "@weightcast/dictionary-random";
import { describe, expect, test } from "vitest";
import earlier from "../../fixtures/checkpoint-version-2.json";
import { decodeCheckpoint, encodeCheckpoint } from "../checkpoint/checkpoint";
import { type CheckpointStorage, memoryStorage } from "../checkpoint/storage";
import { adam } from "../step/adam";
import { constant, cosine } from "../step/schedule";
import { sgd } from "../step/sgd";
import { blobs, classes, features } from "../testing/blobs";
import { network, seeded, weightsOf } from "../testing/networks";
import { executions, leaked, stopAt } from "../testing/runs";
import type { TrainingEvent } from "./events";
import type { CheckpointOptions, TrainOptions } from "./options";
import { train } from "./train";

const source = blobs({ seed: 5 }); // 7 batches
const heldOut = blobs({ seed: 5, count: 40 });
const options: TrainOptions = {
  epochs: 3,
  optimizer: adam(),
  schedule: cosine(0.05, 21, { warmup: 4 }),
  weightDecay: 0.01,
  lossEvery: 3,
  evaluation: { source: heldOut, every: 2 },
};

const checkpointOf = (storage: CheckpointStorage, meta = "the run"): CheckpointOptions => ({ storage, every: 4, meta });

describe.each(executions)("resume, %s", (execution) => {
  const base: TrainOptions = { ...options, execution, compile: { threads: 1, stepsPerCall: 1 } };

  async function trained(changes: Partial<TrainOptions> = {}) {
    const model = network(6);
    try {
      const { seconds: _, ...result } = await train(model, source, { ...base, ...changes });
      return { ...result, weights: weightsOf(model) };
    } finally {
      model.dispose();
    }
  }

  /** Stops after a step: by its `signal`, or by a `crash`, without a last checkpoint. */
  async function stoppedAt(step: number, how: "signal" | "crash", checkpoint: CheckpointOptions, optimizer = adam()) {
    const controller = new AbortController();
    const onEvent = (event: TrainingEvent) => {
      if (event.type !== "step" || event.step !== step) return;
      if (how === "crash") throw new Error("crash");
      controller.abort();
    };
    return trained({ checkpoint, onEvent, optimizer, signal: controller.signal });
  }

  test.each([
    ["momentum", sgd({ momentum: 0.9 })],
    ["adam", adam()],
  ])("%s: interrupted after any step and continued, every number is the same", async (_, optimizer) => {
    const whole = await trained({ optimizer });
    expect(whole.history.map(({ evaluation }) => evaluation !== undefined)).toEqual([false, true, true]);
    for (const step of [1, 6, 7, 8, 20]) {
      const checkpoint = checkpointOf(memoryStorage());
      const part = await stoppedAt(step, "signal", checkpoint, optimizer);
      expect(part).toMatchObject({ status: "interrupted", step });
      expect(await trained({ checkpoint, optimizer })).toEqual(whole);
    }
  });

  test("so it is in groups of three updates, with interruptions only between groups", async () => {
    const whole = await trained();
    const compile = { threads: 1, stepsPerCall: 3 };
    expect(await trained({ compile })).toEqual(whole);
    if (execution === "eager") return; // eager execution has no groups
    // Epochs of 7: groups end at 3, 6 and 7 of each.
    for (const [stopStep, end] of [
      [1, 3],
      [6, 6],
      [8, 10],
      [14, 14],
      [18, 20],
    ] as const) {
      const checkpoint = checkpointOf(memoryStorage());
      const stop = new AbortController();
      const steps: number[] = [];
      const onEvent = (event: TrainingEvent) => {
        if (event.type === "step") steps.push(event.step);
        if (event.type === "step" && event.step === stopStep) stop.abort();
      };
      const part = await trained({ compile, checkpoint, onEvent, signal: stop.signal });
      expect(part).toMatchObject({ status: "interrupted", step: end });
      expect(steps).toEqual(Array.from({ length: end }, (_, i) => i + 1));
      expect(await trained({ compile, checkpoint })).toEqual(whole);
    }
  });

  test("after several crashes in one run, it continues from the checkpoints written every 4 steps", async () => {
    const whole = await trained();
    const checkpoint = checkpointOf(memoryStorage());
    await expect(stoppedAt(3, "crash", checkpoint)).rejects.toThrow("crash");
    expect(await checkpoint.storage.read()).toBeUndefined();
    await expect(stoppedAt(10, "crash", checkpoint)).rejects.toThrow("crash");
    expect(decodeCheckpoint((await checkpoint.storage.read())!).progress).toMatchObject({
      step: 8,
      epoch: 1,
      batch: 1,
    });
    await expect(stoppedAt(17, "crash", checkpoint)).rejects.toThrow("crash");
    const events: TrainingEvent[] = [];
    expect(await trained({ checkpoint, onEvent: (event) => events.push(event) })).toEqual(whole);
    expect(events.slice(0, 4)).toMatchObject([
      { type: "start", step: 16, epoch: 3 },
      { type: "execution", execution },
      { type: "resume", step: 16, epoch: 3 },
      { type: "step", step: 17 },
    ]);
    expect(events.filter(({ type }) => type === "checkpoint")).toMatchObject([{ step: 20 }, { step: 21 }]);
  });

  test("a finished run is not repeated; with more epochs it continues", async () => {
    const schedule = constant(0.02);
    const checkpoint = checkpointOf(memoryStorage());
    const evaluation = { source: heldOut };
    const three = await trained({ schedule, evaluation, checkpoint });
    const types: string[] = [];
    const onEvent = ({ type }: TrainingEvent) => types.push(type);
    expect(await trained({ schedule, evaluation, checkpoint, onEvent })).toEqual(three);
    expect(types).toEqual(["start", "execution", "resume", "end"]);
    const five = await trained({ schedule, evaluation, epochs: 5 });
    expect(await trained({ schedule, evaluation, checkpoint, epochs: 5 })).toEqual(five);
  });

  test("an abort before the start trains nothing and changes nothing", async () => {
    const checkpoint = checkpointOf(memoryStorage());
    const { status, step, weights } = await trained({ checkpoint, signal: AbortSignal.abort() });
    expect({ status, step }).toEqual({ status: "interrupted", step: 0 });
    const model = network(6);
    expect(weights).toEqual(weightsOf(model));
    model.dispose();
    expect(await trained({ checkpoint })).toEqual(await trained());
  });

  test("storing, interrupting and resuming leak nothing", async () => {
    const leak = await leaked(async () => {
      const checkpoint = checkpointOf(memoryStorage());
      await stoppedAt(9, "signal", checkpoint);
      await trained({ checkpoint });
      await expect(stoppedAt(5, "crash", checkpointOf(memoryStorage()))).rejects.toThrow("crash");
    });
    expect(leak).toEqual({ tensors: 0, buffers: 0 });
  });

  test("the time before interruptions counts too", async () => {
    const checkpoint = checkpointOf(memoryStorage());
    await stoppedAt(9, "signal", checkpoint);
    const stored = decodeCheckpoint((await checkpoint.storage.read())!);
    const aged = { ...stored, progress: { ...stored.progress, seconds: 1000 } };
    await checkpoint.storage.write(encodeCheckpoint(aged));
    const model = network(6);
    const { seconds } = await train(model, source, { ...base, checkpoint });
    expect(seconds).toBeGreaterThan(1000);
    expect(seconds).toBeLessThan(1060);
    model.dispose();
  });

  test("a checkpoint of another run is refused, and the error names the first difference", async () => {
    const storage = memoryStorage();
    await stoppedAt(9, "signal", checkpointOf(storage));
    const before = await storage.read();
    const cases: [Partial<TrainOptions>, string][] = [
      [{ checkpoint: checkpointOf(storage, "another") }, 'meta is "the run" there and "another" here'],
      [{ optimizer: adam({ beta1: 0.8 }) }, "optimizer.beta1 is 0.9 there and 0.8 here"],
      [{ optimizer: sgd() }, 'optimizer.name is "adam" there and "sgd" here'],
      [{ weightDecay: 0 }, "weightDecay is 0.01 there and 0 here"],
      [{ maxColumnNorm: 2 }, "maxColumnNorm is null there and 2 here"],
      [{ lossEvery: 5 }, "lossEvery is 3 there and 5 here"],
    ];
    for (const [changes, difference] of cases)
      await expect(trained({ checkpoint: checkpointOf(storage), ...changes })).rejects.toMatchObject({
        code: "CHECKPOINT_MISMATCH",
        message: `train: the checkpoint is of another run: ${difference}; remove it, or choose another path`,
      });
    const model = network(6, 9);
    const otherShapes = () => train(model, source, { ...base, checkpoint: checkpointOf(storage) });
    await expect(otherShapes()).rejects.toThrow(
      "its weights are of shapes [[6,8],[8],[8,3],[3]], the model's of [[6,9],[9],[9,3],[3]]",
    );
    model.dispose();
    expect(await storage.read()).toEqual(before);
  });

  test("a checkpoint past the requested epochs is refused", async () => {
    const checkpoint = checkpointOf(memoryStorage());
    await trained({ checkpoint });
    await expect(trained({ checkpoint, epochs: 2 })).rejects.toMatchObject({
      code: "CHECKPOINT_MISMATCH",
      message: expect.stringContaining("it is past epoch 3, and epochs is 2"),
    });
  });

  test("a damaged checkpoint is refused, never silently replaced", async () => {
    const checkpoint = checkpointOf(memoryStorage());
    await stoppedAt(9, "signal", checkpoint);
    const bytes = (await checkpoint.storage.read())!;
    await checkpoint.storage.write(bytes.subarray(0, bytes.length - 1));
    await expect(trained({ checkpoint })).rejects.toMatchObject({ code: "CHECKPOINT_CORRUPT" });
  });

  test("weights that are not finite are not stored: the last valid checkpoint stays", async () => {
    const checkpoint = checkpointOf(memoryStorage());
    const schedule = (step: number) => (step === 7 ? 1e39 : 0.05);
    await expect(trained({ checkpoint, schedule })).rejects.toMatchObject({ code: "DIVERGED" });
    expect(decodeCheckpoint((await checkpoint.storage.read())!).progress.step).toBe(4);
  });
});

describe("the model that a checkpoint belongs to", () => {
  interface Variant {
    readonly seed?: number;
    readonly dictionary?: Dictionary;
    readonly activation?: "tanh" | "relu";
    readonly rate?: number;
    readonly frozen?: number;
  }
  /** Network of a factorized, a frozen and a dense layer, for `blobs`. Equal shapes for every variant. */
  function variantOf({ seed = 1, dictionary = atoms(1), activation = "tanh", rate = 0.1, frozen = 1 }: Variant) {
    const kernelInitializer = (at: number) => initializers.glorotNormal({ seed: at });
    const start = input({ shape: [features] });
    const chain = [
      factorizedDense({ units: 6, dictionary, rank: 4, seed: 1, activation }),
      layers.dense({ units: 5, trainable: false, kernelInitializer: kernelInitializer(2) }),
      sequential({ layers: [layers.dropout({ rate, inputShape: [5] })] }),
      layers.dense({ units: classes, kernelInitializer: kernelInitializer(seed) }),
    ];
    const model = modelOf({
      inputs: start,
      outputs: chain.reduce((x, layer) => layer.apply(x) as SymbolicTensor, start),
    });
    tf.tidy(() => {
      const kernel = chain[1]!.weights[0]!;
      kernel.write(tf.mul(kernel.read(), frozen));
    });
    return model;
  }
  const atoms = (seed: number, size = features) => gaussian([features], { seed, size });
  const base = { epochs: 2, optimizer: sgd(), schedule: constant(0.02), execution: "eager" } as const;
  const resumed = (model: LayersModel, storage: CheckpointStorage, changes: Partial<TrainOptions> = {}) =>
    train(model, source, { ...base, checkpoint: { storage }, ...changes });

  async function interrupted() {
    const storage = memoryStorage();
    const model = variantOf({});
    expect(await resumed(model, storage, stopAt(3))).toMatchObject({ status: "interrupted", step: 3 });
    return { storage, model };
  }

  test.each<[string, Variant, string]>([
    ["another seed", { seed: 7 }, "kernelInitializer.config.seed is 1 there and 7 here"],
    ["another seed of the dictionary", { dictionary: atoms(2) }, "recipe.options.seed is 1 there and 2 here"],
    ["another dictionary", { dictionary: identity([features]) }, 'recipe.name is "gaussian" there and "identity" here'],
    ["another size of the dictionary", { dictionary: atoms(1, 5) }, "recipe.size is 6 there and 5 here"],
    ["another activation", { activation: "relu" }, 'config.activation is "tanh" there and "relu" here'],
    ["another rate of dropout", { rate: 0.2 }, "config.rate is 0.1 there and 0.2 here"],
    ["other weights in a frozen layer", { frozen: -1 }, "fixed.0.fingerprint.projections.0 is"],
  ])("%s is refused and named", async (_, variant, difference) => {
    const { storage, model } = await interrupted();
    const other = variantOf(variant);
    const before = await storage.read();
    await expect(resumed(other, storage)).rejects.toMatchObject({
      code: "CHECKPOINT_MISMATCH",
      message: expect.stringMatching(
        /^train: the checkpoint is of another run: model\..*remove it, or choose another path$/,
      ),
    });
    await expect(resumed(other, storage)).rejects.toThrow(difference);
    expect(await storage.read()).toEqual(before);
    model.dispose();
    other.dispose();
  });

  test("another loss is refused and named", async () => {
    const { storage, model } = await interrupted();
    const loss = (outputs: tf.Tensor) => tf.mean(tf.square(outputs)) as tf.Scalar;
    await expect(resumed(model, storage, { loss })).rejects.toThrow(
      'loss is "softmaxCrossEntropy" there and "another, of labels" here',
    );
    model.dispose();
  });

  test("the same model is continued: made once more under other names, loaded from its file, or trained on", async () => {
    const whole = variantOf({});
    const { seconds: _, ...expected } = await resumed(whole, memoryStorage());
    registerLayers();
    dictionaries.register(gaussianModule);
    const ways: ((model: LayersModel) => Promise<LayersModel>)[] = [
      async () => variantOf({}),
      async (model) => model,
      async (model) => {
        let saved: tf.io.ModelArtifacts | undefined;
        await model.save(
          tf.io.withSaveHandler(async (artifacts) => {
            saved = artifacts;
            return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
          }),
        );
        return loadLayersModel(tf.io.fromMemory(saved!));
      },
    ];
    for (const way of ways) {
      const { storage, model } = await interrupted();
      const again = await way(model);
      expect(await resumed(again, storage)).toMatchObject(expected);
      expect(weightsOf(again)).toEqual(weightsOf(whole));
      if (again !== model) again.dispose();
      model.dispose();
    }
    whole.dispose();
  });

  test("rounding of a dictionary's fingerprint on another engine is no difference", async () => {
    const { storage, model } = await interrupted();
    const stored = decodeCheckpoint((await storage.read())!);
    const rounded = JSON.parse(JSON.stringify(stored.identity), (key, value) =>
      key === "norm" ? value * (1 + 1e-6) : value,
    );
    expect(rounded).not.toEqual(stored.identity);
    await storage.write(encodeCheckpoint({ ...stored, identity: rounded }));
    expect(await resumed(model, storage)).toMatchObject({ status: "done" });
    model.dispose();
  });
});

test("a checkpoint written by an earlier version continues to the weights that version reached (1e-5)", async () => {
  // Interrupted after 9 of 14 updates, before the package was divided into folders; with slots, averages and a seed.
  const storage = memoryStorage();
  await storage.write(new Uint8Array(Buffer.from(earlier.checkpoint, "base64")));
  const kernelInitializer = initializers.zeros();
  const model = seeded(
    sequential({
      layers: [
        layers.dropout({ inputShape: [features], rate: 0.1 }),
        layers.dense({ units: 4, useBias: false, kernelInitializer }),
        layers.batchNormalization({ momentum: 0.8 }),
        layers.activation({ activation: "tanh" }),
        layers.dense({ units: classes, kernelInitializer }),
      ],
    }),
    4,
  );
  const events: TrainingEvent[] = [];
  const { status, step, history } = await train(model, blobs({ seed: 5 }), {
    epochs: 2,
    optimizer: adam(),
    schedule: constant(0.02),
    weightDecay: 0.01,
    maxColumnNorm: 1.9365,
    lossEvery: 2,
    seed: 4,
    evaluation: { source: blobs({ seed: 6, count: 40 }) },
    execution: "eager",
    checkpoint: { storage, meta: { run: "old" } },
    onEvent: (event) => events.push(event),
  });
  expect(events.find(({ type }) => type === "resume")).toMatchObject({ step: 9, epoch: 2 });
  const { continued } = earlier;
  expect({ status, step }).toEqual({ status: "done", step: continued.step });
  expect(history).toHaveLength(continued.history.length);
  for (const [i, { loss, evaluation }] of continued.history.entries()) {
    expect(history[i]!.evaluation).toMatchObject({ error: evaluation.error, count: evaluation.count });
    expect(Math.abs(history[i]!.loss - loss)).toBeLessThan(1e-5);
    expect(Math.abs(history[i]!.evaluation!.loss - evaluation.loss)).toBeLessThan(1e-5);
  }
  for (const [i, values] of weightsOf(model).entries())
    for (const [k, value] of values.entries()) expect(Math.abs(value - continued.weights[i]![k]!)).toBeLessThan(1e-5);
  model.dispose();
});
