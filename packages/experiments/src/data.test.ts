import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { loadData } from "./data";
import { imagesOf, sourcesOf } from "./images";
import { resolveRun } from "./spec";

/** A folder of CIFAR's binary records, removed when the test ends: image i of class i mod 10, all bytes i. */
function cifarFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "weightcast-data-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const records = (count: number) =>
    Buffer.concat(Array.from({ length: count }, (_, i) => Buffer.concat([Buffer.of(i % 10), Buffer.alloc(3072, i)])));
  writeFileSync(join(folder, "train_20.bin"), records(20));
  writeFileSync(join(folder, "test_10.bin"), records(10));
  return folder;
}

test("a folder of any kind, by the name it is given, cut down to what is asked for", async () => {
  const folder = cifarFolder();
  const run = resolveRun({ data: { name: "mine", folder, train: 12 }, network: { model: "convnet" } });
  const dataset = await loadData(run.data, run.seed);
  expect(dataset).toMatchObject({ name: "mine", shape: [32, 32, 3], train: { count: 12 }, test: { count: 10 } });
  await expect(loadData({ ...run.data, test: 11 })).rejects.toThrow(
    "test must be at most 10, the images of mine; got 11",
  );

  // Standardized by the training images: each channel has mean 0 and deviation 1 over them.
  const { images, tests } = sourcesOf(run, dataset, imagesOf(run, dataset));
  const [batch] = images.batches(0);
  const mean = batch!.inputs.reduce((sum, value) => sum + value, 0) / batch!.inputs.length;
  const square = batch!.inputs.reduce((sum, value) => sum + value ** 2, 0) / batch!.inputs.length;
  expect(Math.abs(mean)).toBeLessThan(1e-5);
  expect(square).toBeCloseTo(1, 4);
  expect([images.inputShape, tests.inputShape, tests.batchSize]).toEqual([[32, 32, 3], [32, 32, 3], 200]);
});

test("images without channels have one for a network, and are flat for hidden layers", async () => {
  const shapeOf = (run: object) =>
    imagesOf(resolveRun(run), {
      ...{ name: "gray", shape: [2, 3], classes: 2 },
      train: { images: new Uint8Array(12), labels: new Uint8Array(2), count: 2 },
      test: { images: new Uint8Array(6), labels: new Uint8Array(1), count: 1 },
    }).shape;
  expect(shapeOf({ network: { model: "convnet" } })).toEqual([2, 3, 1]);
  expect(shapeOf({})).toEqual([6]);
});

test("a download that is stopped is an interruption", async () => {
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
