import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EngineName, type EngineReport, useEngine } from "@weightcast/backend";
import { standardizeFrames } from "@weightcast/datasets";
import { readTimitFolder } from "@weightcast/datasets/node";
import { timitCorpus, writeFiles } from "@weightcast/datasets/testing";
import { loadModel } from "@weightcast/files/node";
import { memoryStorage } from "@weightcast/training";
import { afterAll, beforeAll, expect, test as onEvery } from "vitest";
import { registerBuiltIns } from "../build/dictionaries";
import { runData } from "../build/load-run-data";
import { openClassifier } from "../model/classifier";
import { openTrained } from "../model/open-trained";
import { type RunInput, resolveRun } from "../spec";
import { execute } from "./execute";
import { inputDigest } from "./input-digest";

/** Compiled runs do not depend on the engine that builds them. */
const test = onEvery.runIf(process.env.WEIGHTCAST_ENGINE === "wasm");
const phones = ["h#", "iy", "sh", "aa", "s"];
let engine: EngineReport;
let folder = "";

beforeAll(async () => {
  registerBuiltIns();
  engine = await useEngine(process.env.WEIGHTCAST_ENGINE as EngineName);
  folder = await mkdtemp(join(tmpdir(), "weightcast-speech-"));
  await writeFiles(join(folder, "timit"), timitCorpus(phones, 8));
});
afterAll(() => rm(folder, { recursive: true }));

const layer = { weights: "factorized", units: 20, dictionary: "covariance", proportion: 0.25, columns: 5 } as const;
const run = ({ data, ...more }: Partial<RunInput> & { data?: object } = {}) =>
  resolveRun({
    hidden: [layer, layer],
    training: { epochs: 2, batchSize: 10, rate: 0.05 },
    ...more,
    data: { folder: "timit", ...data },
  });
const context = (model?: string) => ({
  ...{ engine, execution: "compiled" as const, threads: 1, folder, storage: () => memoryStorage() },
  ...(model !== undefined && { model }),
});

test("two predicted layers learn the phones of a small corpus, and their file says what they take", async () => {
  const path = join(folder, "speech.safetensors");
  const { result } = await execute(run(), context(path));
  expect(result.testError).toBeLessThan(0.3); // by chance: 0.8
  // 48 frames in each of 24 sentences, about a fifth of each phone.
  expect(result.classErrors!.reduce((sum, { count }) => sum + count, 0)).toBe(24 * 48);
  expect(result.classErrors!.filter(({ count }) => count > 0).map(({ name }) => name)).toEqual([
    ...["aa", "iy", "s", "sh", "sil"],
  ]);
  const { train } = await readTimitFolder(join(folder, "timit"));
  const { model, inputs, classes, task } = await loadModel(path);
  expect(inputs).toEqual({ ...standardizeFrames(train), shape: [11, 40], features: "log-mel" });
  expect([classes!.length, task, model.inputs[0]!.shape]).toEqual([39, "classification", [null, 440]]);
  model.dispose();
  await expect(openClassifier(path)).rejects.toThrow("its inputs are log-mel features of speech");
  const opened = await openTrained(path, { engine: process.env.WEIGHTCAST_ENGINE as EngineName });
  if (opened.kind !== "speech") throw new Error(`opened as ${opened.kind}`);
  const seen: number[] = [];
  const { error, loss, count } = await opened.evaluate(run().data, {
    ...{ part: "test", folder },
    onProgress: (done) => void seen.push(done),
  });
  expect([error, count, seen]).toEqual([result.testError, 24 * 48, [1000, 1152]]);
  expect(loss).toBeCloseTo(result.testLoss, 4);
  await opened.release();
  // Trained on: the scales of the file, not those of fewer frames.
  const more = await runData(run({ data: { train: 9 } }), folder, {}, { inputs: inputs! });
  expect(more.notes.inputs).toEqual(inputs);
});

test("validation frames are of other speakers; counts choose frames; the samples are windows of them", async () => {
  const data = await runData(run({ data: { validation: 50, train: 60, test: 70 } }), folder);
  const { examples, tests } = data.sources();
  expect([data.train, examples.count, tests.count, data.shape, data.classes]).toEqual([60, 60, 70, [11, 40], 39]);
  expect([...data.samples(1000)].map(({ rows, cols }) => [rows, cols])).toEqual([[60, 440]]);
  const all = await runData(run({ data: { validation: 50 } }), folder);
  // Two speakers of 48 frames are held out, and six are left.
  expect([all.train, all.sources().tests.count]).toEqual([6 * 48, 2 * 48]);
});

const lenet = resolveRun({ network: { model: "lenet5" }, data: { folder: "timit", standardize: false } });
test.each([
  [run({ data: { size: 32 } }), "data.size is for images, and the folder holds speech; leave it out"],
  [run({ training: { augment: { crop: 2 } } }), "training.augment is for images"],
  [lenet, "data.standardize must be absent: the bands of speech always are"],
  [run({ data: { train: 1e6 } }), "data: train must be at most 384, the frames of timit; got 1000000"],
  [run({ data: { validation: 384 } }), "data: validation must be at most 383"],
])("%#: what does not fit is refused", async (spec, message) => {
  await expect(runData(spec, folder)).rejects.toThrow(message);
});

test("a model of images does not take it, and the run's identity follows from the corpus", async () => {
  await expect(runData(run(), folder, {}, { inputs: { scale: 1, offset: 0 } })).rejects.toThrow("does not take speech");
  const before = await inputDigest(run(), folder);
  await writeFiles(join(folder, "timit"), { "DOC/NOTES.TXT": "none" });
  expect(await inputDigest(run(), folder)).toBe(before);
  await writeFiles(join(folder, "timit"), { "TRAIN/DR1/FAAA0/SX7.PHN": "0 8000 iy\n" });
  expect(await inputDigest(run(), folder)).not.toBe(before);
});
