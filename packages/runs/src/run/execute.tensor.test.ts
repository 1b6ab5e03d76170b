import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { type EngineName, type EngineReport, useEngine } from "@weightcast/backend";
import { datasetNames } from "@weightcast/datasets/catalog";
import { dictionaries } from "@weightcast/dictionary";
import { type CheckpointStorage, decodeCheckpoint, memoryStorage } from "@weightcast/training";
import { beforeAll, describe, expect, test } from "vitest";
import { loadData } from "../build/data";
import { registerBuiltIns } from "../build/dictionaries";
import { layersBy, layersOf, type Method, resolveRun } from "../spec";
import type { RunEvent } from "./events";
import { execute } from "./execute";

let engine: EngineReport;
beforeAll(async () => {
  registerBuiltIns();
  engine = await useEngine(process.env.WEIGHTCAST_ENGINE as EngineName);
});

/** A small network of a method, 20 steps on 1,000 images. */
const small = (method: Method) =>
  resolveRun({
    label: method,
    data: { train: 1000, test: 100, samples: 200 },
    network: {
      model: "mlp",
      hidden: [60, 40],
      activation: "relu",
      layers: layersBy(method, layersOf({ model: "mlp" }), { proportion: 0.05, columns: 2 }),
    },
    training: { epochs: 1, batchSize: 50, rate: 0.1 },
  });
// Compiled runs do not depend on the engine: they are tested with wasm, and the native engine with eager runs.
const execution = process.env.WEIGHTCAST_ENGINE === "wasm" ? "compiled" : "eager";
/** Tests of what is the same on every engine run on one: compiled, they are quick. */
const once = test.runIf(process.env.WEIGHTCAST_ENGINE === "wasm");
/** Storage for the training, and one for the pre-training of each layer. */
function storages() {
  const kept = new Map<string | undefined, CheckpointStorage>();
  return (layer?: string): CheckpointStorage => {
    const storage = kept.get(layer) ?? memoryStorage();
    kept.set(layer, storage);
    return storage;
  };
}
const context = () => ({ engine, execution, threads: 1, folder: process.cwd(), storage: storages() }) as const;

describe("execute", () => {
  test("SE-Emp on real images: learns, reports its progress, counts what it learned, leaks no tensor", async () => {
    const events: RunEvent[] = [];
    const before = tf.memory().numTensors;
    const spec = small("SE-Emp");
    const record = await execute(
      { ...spec, training: { ...spec.training, epochs: 3 } },
      { ...context(), onEvent: (event) => events.push(event) },
    );
    expect(tf.memory().numTensors).toBe(before);
    const { result } = record;
    expect(result.testError).toBeLessThan(0.5); // chance is 0.9
    const { labels } = (await loadData(spec.data, spec.seed)).test;
    expect(result.classErrors!.map(({ name, count }) => [name, count])).toEqual(
      Array.from({ length: 10 }, (_, digit) => [`${digit}`, labels.filter((label) => label === digit).length]),
    );
    for (const { wrong, count } of result.classErrors!) expect(wrong).toBeLessThanOrEqual(count);
    expect(result.classErrors!.reduce((sum, { wrong }) => sum + wrong, 0)).toBe(Math.round(100 * result.testError!));
    expect(result.account).toMatchObject({
      dense: 784 * 60 + 60 * 40,
      dynamic: 39 * 60 + 3 * 40,
      static: 784 * 78 + 60 * 6,
      stored: 60 * 6,
    });
    expect(result.filters).toHaveLength(10);
    expect(result.filters[0]!.learned).toHaveLength(39);
    // The SE kernel's U is nearly the identity at the learned pixels: the filter passes through them.
    const { learned, predicted } = result.filters[0]!;
    for (const { index, level } of learned!) expect(Math.abs(predicted[index]! - level)).toBeLessThan(13);
    expect(events.map(({ type }) => type).filter((type) => type !== "step")).toEqual([
      "start",
      "dictionary",
      "dictionary",
      "execution",
      "epoch",
      "epoch",
      "epoch",
      "checkpoint",
      "end",
    ]);
    expect(events.filter(({ type }) => type === "step")).toHaveLength(60);
    // The first layer's U is fixed, so x U is computed once for all images.
    expect(record.execution).toMatchObject(execution === "compiled" ? { execution, prepared: true } : { execution });
    expect(events.find(({ type }) => type === "execution")).toMatchObject({ execution: record.execution });
  });

  test("the same run gives the same numbers twice; another seed gives other numbers", async () => {
    const numbers = async (seed: number) => {
      const { testError, testLoss, history, filters } = (await execute({ ...small("RandFixU"), seed }, context()))
        .result;
      return { testError, testLoss, history, filters };
    };
    const first = await numbers(1);
    expect(await numbers(1)).toEqual(first);
    expect(await numbers(2)).not.toEqual(first);
  });

  test("interrupted and continued, it ends with the same numbers", async () => {
    const whole = await execute(small("RandCon"), context());
    const { storage } = context();
    const stop = new AbortController();
    const interrupted = execute(small("RandCon"), {
      ...context(),
      storage,
      signal: stop.signal,
      onEvent: (event) => event.type === "step" && event.step === 3 && stop.abort(),
    });
    await expect(interrupted).rejects.toMatchObject({ code: "INTERRUPTED" });
    const { step } = decodeCheckpoint((await storage().read())!).progress;
    expect(step).toBeLessThan(15); // at the end of the call during which the signal was aborted
    const steps: number[] = [];
    const resumed = await execute(small("RandCon"), {
      ...context(),
      storage,
      onEvent: (event) => event.type === "step" && steps.push(event.step),
    });
    expect(steps).toEqual(Array.from({ length: 20 - step }, (_, i) => step + i + 1));
    const { seconds: _, stepsPerSecond: __, ...expected } = whole.result;
    expect(resumed.result).toMatchObject(expected);
  });

  test("a pre-trained run continues from where it was stopped, also within the pre-training of a layer", async () => {
    const unprepared = { ...small("SE-Emp"), data: { train: 200, test: 100, samples: 100 } };
    const spec = resolveRun({ ...unprepared, pretraining: { epochs: 2 } });
    const events: RunEvent[] = [];
    const onEvent = (event: RunEvent) => events.push(event);
    const whole = await execute(spec, { ...context(), onEvent });
    const epochs = events.flatMap((event) => (event.type === "pretraining" ? [event] : []));
    expect(epochs.map(({ layer, epoch }) => [layer, epoch])).toEqual([
      ["hidden_1", 1],
      ["hidden_1", 2],
      ["hidden_2", 1],
      ["hidden_2", 2],
    ]);
    expect(epochs[1]!.loss).toBeLessThan(epochs[0]!.loss);
    const plain = await execute(resolveRun(unprepared), context());
    expect(whole.id).not.toBe(plain.id);
    expect(whole.result.filters).not.toEqual(plain.result.filters);

    const { storage } = context();
    const stop = new AbortController();
    const interrupted = execute(spec, {
      ...context(),
      storage,
      signal: stop.signal,
      onEvent: (event) => event.type === "pretraining" && event.layer === "hidden_2" && stop.abort(),
    });
    await expect(interrupted).rejects.toMatchObject({ code: "INTERRUPTED" });
    const again: string[] = [];
    const resumed = await execute(spec, {
      ...context(),
      storage,
      onEvent: (event) => event.type === "pretraining" && again.push(`${event.layer}/${event.epoch}`),
    });
    expect(again).toEqual(["hidden_2/2"]);
    const { seconds: _, stepsPerSecond: __, ...expected } = whole.result;
    expect(resumed.result).toMatchObject(expected);
  });

  once("the pre-training of another run is not continued", async () => {
    const spec = (seed: number) => resolveRun({ ...small("SE-Emp"), seed, pretraining: { epochs: 2 } });
    const { storage } = context();
    const stop = new AbortController();
    const interrupted = execute(spec(1), {
      ...context(),
      storage,
      signal: stop.signal,
      onEvent: (event) => event.type === "pretraining" && stop.abort(),
    });
    await expect(interrupted).rejects.toMatchObject({ code: "INTERRUPTED" });
    await expect(execute(spec(2), { ...context(), storage })).rejects.toMatchObject({
      code: "CHECKPOINT_MISMATCH",
      layer: "hidden_1",
    });
  });

  once("units outside [0, 1] get a linear decoder", async () => {
    const spec = resolveRun({
      ...small("SE-Emp"),
      network: { ...small("SE-Emp").network, hidden: [60, 40], activation: "tanh" },
      pretraining: { epochs: 4, rate: 0.01 },
      training: { epochs: 1, rate: 1e-9 },
    });
    const losses: number[] = [];
    const onEvent = (event: RunEvent) => event.type === "pretraining" && losses.push(event.loss);
    await execute(spec, { ...context(), onEvent });
    // Half of the units of tanh are negative: the outputs of a sigmoid decoder stay far from them (17 after ten epochs).
    expect(losses[7]).toBeLessThan(0.75 * losses[4]!);
    expect(losses[7]).toBeLessThan(6);
  });

  once("a learned dictionary is fitted with the run's execution, and stops when the run stops", async () => {
    const run = resolveRun({
      data: { train: 400, test: 100, samples: 400 },
      hidden: [
        {
          weights: "factorized",
          units: 20,
          dictionary: "autoencoder",
          options: { size: 60, epochs: 40 },
          proportion: 0.05,
          columns: 2,
        },
      ],
      training: { epochs: 1 },
    });
    const stop = new AbortController();
    const rounds: number[] = [];
    const running = execute(run, {
      ...context(),
      signal: stop.signal,
      onEvent: (event) => {
        if (event.type !== "fit") return;
        rounds.push(event.done);
        if (event.done === 2) stop.abort();
      },
    });
    await expect(running).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(rounds).toEqual([1, 2]);
  });

  once.each([
    ["fourier", "energy"],
    ["covariance", "pivoted-cholesky"],
  ] as const)("atoms of %s chosen by %s", async (dictionary, selection) => {
    const run = resolveRun({
      data: { train: 300, test: 100, samples: 100 },
      hidden: [{ weights: "factorized", units: 20, dictionary, selection, proportion: 0.05, columns: 2 }],
      training: { epochs: 5, batchSize: 20 },
    });
    const { result } = await execute(run, context());
    expect(result.account.dynamic).toBe(39 * 20);
    expect(result.testError).toBeLessThan(0.6); // chance is 0.9
  });

  once("dense and low-rank layers, and a dictionary from another package by its name", async () => {
    const folder = await mkdtemp(join(tmpdir(), "weightcast-stranger-"));
    try {
      await writeFile(join(folder, "package.json"), '{ "name": "stars", "type": "module", "exports": "./index.js" }');
      await writeFile(join(folder, "index.js"), stranger);
      const run = resolveRun({
        use: [folder],
        data: { train: 300, test: 100, samples: 100 },
        hidden: [
          { weights: "factorized", units: 20, dictionary: "stars", proportion: 0.01, columns: 2 },
          { weights: "low-rank", units: 15, proportion: 0.5 },
          { weights: "dense", units: 10 },
        ],
        training: { epochs: 1 },
      });
      const { result } = await execute(run, context());
      expect(result.account.layers.map(({ dense, dynamic }) => ({ dense, dynamic }))).toEqual([
        { dense: 784 * 20, dynamic: 8 * 20 },
        { dense: 20 * 15, dynamic: 4 * 35 },
      ]);
      expect(dictionaries.names()).toContain("stars");
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  once("faults of a run are named", async () => {
    const run = (input: object) => execute(resolveRun(input), context());
    const layer = { weights: "factorized", units: 10, proportion: 0.1 };
    await expect(run({ hidden: [{ ...layer, dictionary: "wavelets" }] })).rejects.toThrow('no module named "wavelets"');
    await expect(run({ data: { train: 60_001 } })).rejects.toThrow(
      "data: train must be at most 60000, the images of mnist; got 60001",
    );
    await expect(run({ data: { name: "cifar" } })).rejects.toThrow(
      `data: there is no data set "cifar"; name one of ${datasetNames.join(", ")}, or the folder of your images`,
    );
    await expect(run({ use: ["./no-such-folder"] })).rejects.toThrow(
      /can't load \.\/no-such-folder: .* does not exist/,
    );
    await expect(run({ use: ["no-such-package"] })).rejects.toThrow("can't load no-such-package");
  });
});

/** Dictionary written from the contract alone: cosines of whole numbers of periods over the flattened grid. */
const stranger = `
const create = ({ domain }, options = {}) => {
  const rows = domain.reduce((a, b) => a * b, 1);
  return {
    contract: 1, name: "stars", domain, size: rows, options,
    traits: { orthonormal: false, independent: true, ordered: true, learned: false },
    atoms(indices) {
      if (indices.length === 0 || new Set(indices).size !== indices.length || !indices.every((k) => Number.isInteger(k) && k >= 0 && k < rows))
        throw new RangeError("stars: bad indices");
      const data = new Float32Array(rows * indices.length);
      for (let i = 0; i < rows; i++)
        indices.forEach((k, j) => { data[i * indices.length + j] = Math.cos((Math.PI * k * (i + 0.5)) / rows); });
      return { rows, cols: indices.length, data };
    },
  };
};
export default { name: "stars", needs: "domain", create };
`;
