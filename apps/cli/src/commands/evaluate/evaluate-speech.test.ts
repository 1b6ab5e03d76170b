import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { useEngine } from "@weightcast/backend";
import { timitCorpus, writeFiles } from "@weightcast/datasets/testing";
import { execute, type RunRecord, resolveRun } from "@weightcast/runs";
import { memoryStorage } from "@weightcast/training";
import { afterAll, beforeAll, expect, test } from "vitest";
import { main } from "../../main";
import { fakeWorld } from "../../testing/world";

let folder = "";
let record: RunRecord;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "weightcast-speech-"));
  await writeFiles(join(folder, "timit"), timitCorpus(["iy", "s"], 2));
  const spec = resolveRun({
    data: { folder: "timit", test: 90 },
    hidden: 4,
    training: { epochs: 1, batchSize: 10, rate: 0.05 },
  });
  record = await execute(spec, {
    ...{ engine: await useEngine("cpu"), execution: "eager", folder, storage: () => memoryStorage() },
    model: join(folder, "speech.safetensors"),
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...args: string[]) {
  const world = fakeWorld({ folder });
  const code = await main([...args, "--engine", "cpu"], world);
  return { code, out: world.out(), err: world.err() };
}

test("on the frames of its run: the error of the record, by class", async () => {
  const { code, out } = await run("evaluate", "speech.safetensors", "--json");
  expect(code).toBe(0);
  const { error, count, classes, confusion, data, run: id } = JSON.parse(out);
  expect([error, count, data, id]).toEqual([record.result.testError, 90, { name: "timit", part: "test" }, record.id]);
  expect(classes).toEqual(record.result.classErrors);
  expect(confusion).toHaveLength(39);
});

test("another corpus, as text", async () => {
  const { out } = await run("evaluate", "speech.safetensors", "--data", "./timit", "--part", "train");
  expect(out).toMatch(/^Frames {7}timit, 36 of part train$/m);
});

test("no images are predicted, and a record and a report speak of frames", async () => {
  expect(await run("predict", "speech.safetensors", "a.csv")).toMatchObject({
    ...{ code: 2, err: "error: speech.safetensors: its network takes speech; weightcast evaluate measures it\n" },
  });
  expect(record.result.examples).toBe("frames");
  const { renderReport } = await import("@weightcast/report");
  expect(renderReport([record], { title: "t", command: "c" })).toMatch(/timit, all training frames.*Test frames/s);
});
