import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { type EngineName, type EngineReport, useEngine } from "@weightcast/backend";
import { channelStatistics, source, splitOff, standardize, subset } from "@weightcast/datasets";
import { readSafetensors } from "@weightcast/files";
import { loadModel, readModelFile, saveModel } from "@weightcast/files/node";
import { evaluate, memoryStorage } from "@weightcast/training";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadData } from "../build/data";
import { registerBuiltIns } from "../build/dictionaries";
import { execute } from "../run/execute";
import { layersBy, layersOf, resolveRun } from "../spec";
import { runOf } from "./origin";
import { readOrigin } from "./read-origin";

let engine: EngineReport;
let scratch = "";
beforeAll(async () => {
  registerBuiltIns();
  engine = await useEngine(process.env.WEIGHTCAST_ENGINE as EngineName);
  scratch = await mkdtemp(join(tmpdir(), "weightcast-saved-"));
});
afterAll(() => rm(scratch, { recursive: true }));

const execution = process.env.WEIGHTCAST_ENGINE === "wasm" ? "compiled" : "eager";
/** Tests of what is the same on every engine run on one: compiled, they are quick. */
const once = test.runIf(process.env.WEIGHTCAST_ENGINE === "wasm");
const context = () => ({ engine, execution, threads: 1, folder: scratch, storage: () => memoryStorage() }) as const;
const hidden = [30, 20];
const network = (method: string) =>
  ({
    model: "mlp",
    hidden,
    activation: "relu",
    layers: layersBy(method, layersOf({ model: "mlp" }), { proportion: 0.05, columns: 2 }),
  }) as const;
const small = resolveRun({
  label: "SE-Emp",
  data: { train: 600, test: 200, samples: 200, standardize: true },
  network: network("SE-Emp"),
  training: { epochs: 1, batchSize: 50, rate: 0.1 },
});

test("a trained network is saved whole, and the file read back has the error that the record has", async () => {
  const path = join(scratch, "models/one.safetensors");
  const before = tf.memory().numTensors;
  const { id, result } = await execute(small, { ...context(), model: path });
  expect(tf.memory().numTensors).toBe(before);
  expect((await stat(path)).size).toBe(result.bytes);
  const { model, inputs, classes, task, origin } = await loadModel(path);
  const { train, test: tests, shape } = await loadData(small.data, small.seed);
  // The conversion in the file, against the statistics computed here.
  const pixels = standardize(channelStatistics(train, 1));
  expect(inputs).toEqual({ ...pixels, shape });
  expect([classes, task]).toEqual([[..."0123456789"], "classification"]);
  expect(runOf(origin)).toEqual({ id, spec: small });
  expect(await readOrigin(path)).toEqual({ id, spec: small });
  const read = await evaluate(model, source(tests, [784], 10, { size: 100, shuffle: false, ...inputs }));
  expect(read.error).toBe(result.testError);
  expect(read.loss).toBeCloseTo(result.testLoss, 5);
  model.dispose();
});

once(
  "a network that is made small: the record has the error and the bytes of its file, which says its types",
  async () => {
    const path = join(scratch, "small.safetensors");
    const quantization = { type: "int4", layers: { logits: "int8" }, epochs: 1, origin: false };
    const spec = resolveRun({ ...small, data: { ...small.data, validation: 500 }, quantization });
    const before = tf.memory().numTensors;
    const { result } = await execute(spec, { ...context(), model: path });
    expect(tf.memory().numTensors).toBe(before);
    expect((await stat(path)).size).toBe(result.bytes);
    expect(result.history.map(({ epoch }) => epoch)).toEqual([1, 2]);
    const file = readSafetensors(await readModelFile(path));
    expect(JSON.parse(file.metadata.get("types")!)).toMatchObject({
      "hidden_1/coefficients": "int4",
      "logits/kernel": "int8",
    });
    expect(file.metadata.has("origin")).toBe(false);
    // Measured on training images that are kept out, the same for each seed.
    const { model, inputs } = await loadModel(path);
    const { test: held, train } = await loadData(spec.data, 5);
    expect([held.count, train.count]).toEqual([200, 600]);
    const published = await loadData({ ...small.data, train: undefined, test: undefined }, 5);
    const heldOut = splitOff(published.train, 500, 0).held;
    expect(held).toEqual(subset(heldOut, 200, 5));
    const { test: measured } = await loadData(spec.data, spec.seed);
    const read = await evaluate(model, source(measured, [784], 10, { size: 100, shuffle: false, ...inputs }));
    expect(read.error).toBe(result.testError);
    model.dispose();
    const wrong = resolveRun({ ...small, quantization: { ...quantization, layers: { nothing: "int8" } } });
    await expect(execute(wrong, context())).rejects.toThrow(
      "quantization: layers must be among hidden_1, hidden_2, logits; got",
    );
  },
);

once("a network that can't be written makes the run fail", async () => {
  await writeFile(join(scratch, "file"), "");
  const running = execute(small, { ...context(), model: join(scratch, "file/one.safetensors") });
  await expect(running).rejects.toMatchObject({ name: "DiskError", code: "NOT_WRITTEN" });
});

once(
  "a run starts from a file: its weights, and its conversion of pixels; its identity has the file's contents",
  async () => {
    const path = join(scratch, "start.safetensors");
    const first = await execute(small, { ...context(), model: path });
    // At this rate nothing changes: the error after an epoch is that of the file.
    const still = resolveRun({ ...small, from: "start.safetensors", training: { ...small.training, rate: 1e-12 } });
    const again = await execute(still, context());
    expect(again.result.testError).toBe(first.result.testError);
    expect(again.result.testLoss).toBeCloseTo(first.result.testLoss, 5);
    expect(again.id).not.toBe((await execute(resolveRun({ ...still, from: undefined }), context())).id);
    // On other images, which have other statistics, the pixels are converted as before.
    const other = resolveRun({ ...still, seed: 2, data: { ...small.data, train: 300 } });
    const second = join(scratch, "second.safetensors");
    await execute(other, { ...context(), model: second });
    const notes = await Promise.all([path, second].map((file) => loadModel(file)));
    expect(notes[1]!.inputs).toEqual(notes[0]!.inputs);
    // Another file is another run.
    await saveModel(path, notes[0]!.model, { classes: ["other notes"] });
    expect((await execute(still, context())).id).not.toBe(again.id);
    for (const { model } of notes) model.dispose();
  },
);

once.each([
  [
    "other layers",
    { network: { ...network("nokernel"), hidden: [30] } },
    /it has the layers hidden_1, hidden_2, logits, not hidden_1, logits; leave/,
  ],
  [
    "other units",
    { network: { ...network("SE-Emp"), hidden: [30, 22] } },
    /it has 20 outputs in layer hidden_2, not 22/,
  ],
  ["another activation", { network: { ...network("SE-Emp"), activation: "tanh" } }, /activation relu .*, not tanh/],
  ["dense layers", { network: network("nokernel") }, /it has layer hidden_1 by kernel, not dense/],
  ["another dictionary", { network: network("RandFixU") }, /it has layer hidden_1 by kernel, not by /],
  [
    "another proportion",
    {
      network: {
        ...network("SE-Emp"),
        layers: layersBy("SE-Emp", layersOf({ model: "mlp" }), { proportion: 0.1, columns: 2 }),
      },
    },
    /it learns 39 atoms in each column of layer hidden_1, not 78/,
  ],
  ["no file", { from: "no.safetensors" }, /no\.safetensors: there is no such file/],
])("%s: refused before training", async (_, change, message) => {
  const path = join(scratch, "given.safetensors");
  if (!(await readFile(path).catch(() => undefined))) await execute(small, { ...context(), model: path });
  const run = resolveRun({ ...small, from: "given.safetensors", ...change });
  const before = tf.memory().numTensors;
  await expect(execute(run, context())).rejects.toThrow(message);
  expect(tf.memory().numTensors).toBe(before);
});
