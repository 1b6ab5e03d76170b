import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolveRun } from "@weightcast/runs/spec";
import { expect, onTestFinished, test, vi } from "vitest";
import { inputsOf } from "./inputs";

test("the inputs of filters as large as the images are the images", async () => {
  const spec = resolveRun({ data: { samples: 30 } });
  const { domain, batches } = await inputsOf(spec, { domain: [28, 28], channels: 1 }, ".");
  expect(domain).toEqual([28, 28]);
  const [batch, ...others] = [...batches()];
  expect([others.length, batch!.rows, batch!.cols]).toEqual([0, 30, 784]);
  expect(Math.max(...batch!.data)).toBe(1);
});

test("the inputs of smaller filters are patches, each channel a separate sample", async () => {
  const folder = await mkdtemp(join(tmpdir(), "weightcast-inputs-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  // CIFAR's records: a label, then planes of red 0, green 51 and blue 255.
  const record = (label: number) =>
    Buffer.concat([Buffer.of(label), Buffer.alloc(1024, 0), Buffer.alloc(1024, 51), Buffer.alloc(1024, 255)]);
  for (const name of ["train_1.bin", "test_1.bin"])
    await writeFile(join(folder, name), Buffer.concat([record(3), record(4), record(3)]));
  const spec = resolveRun({
    data: { name: "planes", folder, samples: 3, standardize: false },
    network: { model: "convnet" },
  });
  const { batches } = await inputsOf(spec, { domain: [8, 8], channels: 3 }, ".");
  const [{ rows, cols, data } = { rows: 0, cols: 0, data: new Float32Array() }] = [...batches()];
  expect([rows, cols]).toEqual([9, 64]);
  for (let row = 0; row < 9; row++)
    for (let i = 0; i < 64; i++) expect(data[row * 64 + i]).toBeCloseTo([0, 0.2, 1][row % 3]!, 6);
});

test("if the images are not here any more, their download can be stopped", async () => {
  const cache = await mkdtemp(join(tmpdir(), "weightcast-inputs-"));
  vi.stubEnv("WEIGHTCAST_CACHE", cache);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await rm(cache, { recursive: true });
  });
  const spec = resolveRun({ data: { name: "cifar10" }, network: { model: "convnet" } });
  const grid = { domain: [8, 8], channels: 3 } as const;
  await expect(inputsOf(spec, grid, ".", { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: "INTERRUPTED",
  });
});
