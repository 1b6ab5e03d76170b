import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { resolveRun } from "../spec";
import { loadData } from "./data";
import { pixelsOf, sourcesOf } from "./images";
import { keptData } from "./kept-data";

/** Folder of CIFAR's binary records, removed when the test ends: image i has class i mod 10 and all bytes i. */
function cifarFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "weightcast-data-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const records = (count: number) =>
    Buffer.concat(Array.from({ length: count }, (_, i) => Buffer.concat([Buffer.of(i % 10), Buffer.alloc(3072, i)])));
  writeFileSync(join(folder, "train_20.bin"), records(20));
  writeFileSync(join(folder, "test_10.bin"), records(10));
  return folder;
}

test("a folder under its own name, reduced to the number of images asked for", async () => {
  const folder = cifarFolder();
  const run = resolveRun({ data: { name: "mine", folder, train: 12 }, network: { model: "convnet" } });
  const dataset = await loadData(run.data, run.seed);
  expect(dataset).toMatchObject({ name: "mine", shape: [32, 32, 3], train: { count: 12 }, test: { count: 10 } });
  await expect(loadData({ ...run.data, test: 11 })).rejects.toThrow(
    "test must be at most 10, the images of mine; got 11",
  );

  // Standardized by the training images: each channel has mean 0 and deviation 1 over them.
  const { images, tests } = sourcesOf(run, dataset, pixelsOf(run, dataset));
  const [batch] = images.batches(0);
  const mean = batch!.inputs.reduce((sum, value) => sum + value, 0) / batch!.inputs.length;
  const square = batch!.inputs.reduce((sum, value) => sum + value ** 2, 0) / batch!.inputs.length;
  expect(Math.abs(mean)).toBeLessThan(1e-5);
  expect(square).toBeCloseTo(1, 4);
  expect([images.inputShape, tests.inputShape, tests.batchSize]).toEqual([[32, 32, 3], [32, 32, 3], 200]);
});

test("a folder that was read is not read again while its digest is the same, and is cut for each run", async () => {
  const folder = cifarFolder();
  const { data } = resolveRun({ data: { name: "mine", folder } });
  const kept = keptData();
  const load = (digest: string, train = 20) => loadData({ ...data, train }, 1, ".", { kept: { data: kept, digest } });
  const { train } = await load("a");
  rmSync(join(folder, "train_20.bin"));
  expect((await load("a")).train.images).toBe(train.images);
  expect(await load("a", 5)).toMatchObject({ train: { count: 5 }, test: { count: 10 } });
  await expect(load("b")).rejects.toThrow("train");
});

test("images without channels get one for a network of convolutions, and are flat for a perceptron", () => {
  const gray = {
    ...{ name: "gray", shape: [16, 16], classes: 2 },
    train: { images: new Uint8Array(512), labels: new Uint8Array(2), count: 2 },
    test: { images: new Uint8Array(256), labels: new Uint8Array(1), count: 1 },
  };
  const shapeOf = (run: object) => sourcesOf(resolveRun(run), gray, {}).images.inputShape;
  expect(shapeOf({ network: { model: "convnet" } })).toEqual([16, 16, 1]);
  expect(shapeOf({})).toEqual([256]);
});

test("augmentation holds for every network: a perceptron's flat images are cropped and mirrored as images", () => {
  const split = { images: Uint8Array.from({ length: 512 }, (_, i) => i), labels: new Uint8Array(2), count: 2 };
  const gray = { name: "gray", shape: [16, 16], classes: 2, train: split, test: split };
  const inputs = (run: object) => {
    const training = { batchSize: 2, augment: { crop: 3, flip: true } };
    const [batch] = sourcesOf(resolveRun({ ...run, data: { standardize: false }, training }), gray, {}).images.batches(
      5,
    );
    return [...batch!.inputs];
  };
  expect(inputs({})).toEqual(inputs({ network: { model: "convnet" } }));
});

test("a stopped download is an interruption", async () => {
  const cache = mkdtempSync(join(tmpdir(), "weightcast-cache-"));
  vi.stubEnv("WEIGHTCAST_CACHE", cache);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(cache, { recursive: true });
  });
  const data = resolveRun({ data: { name: "cifar10" } }).data;
  await expect(loadData(data, 0, ".", { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "INTERRUPTED" });
  expect(readdirSync(cache).filter((name) => !/\.(part|lock)$/.test(name))).toEqual([]);
});

test("training images of a single class are refused, even if the file could have more", async () => {
  const folder = cifarFolder();
  writeFileSync(
    join(folder, "train_20.bin"),
    Buffer.concat([0, 1].map((i) => Buffer.concat([Buffer.of(3), Buffer.alloc(3072, i)]))),
  );
  await expect(loadData(resolveRun({ data: { name: "mine", folder } }).data)).rejects.toMatchObject({
    name: "DatasetError",
    code: "one-class",
    message: `${folder}: must have training images of at least two classes; got only class 3; add images of another class: a network learns to tell classes apart`,
  });
});

test("size and channels reach the reader: refused for other files than images", async () => {
  const folder = cifarFolder();
  const load = (data: object) => loadData(resolveRun({ data: { name: "mine", folder, ...data } }).data);
  await expect(load({ size: 16 })).rejects.toThrow(`size is for folders of images; ${folder} holds other data files`);
  await expect(load({ channels: 1 })).rejects.toThrow("channels is for folders of images");
});
