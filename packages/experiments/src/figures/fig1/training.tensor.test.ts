import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineName } from "@weightcast/backend";
import { appendRecord, type Executor, execute, type RunEvent, readRecord, resolveRun } from "@weightcast/runs";
import { decodeCheckpoint } from "@weightcast/training";
import { fileStorage } from "@weightcast/training/node";
import { afterEach, beforeEach, expect, test } from "vitest";
import { trainFilters } from "./training";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "weightcast-fig1-"));
});
afterEach(() => rm(folder, { recursive: true }));

const engine = process.env.WEIGHTCAST_ENGINE as EngineName;
const spec = resolveRun({
  label: "mnist",
  data: { train: 200, test: 100 },
  hidden: [{ weights: "dense", units: 5 }],
  training: { epochs: 1 },
});

/** Executor in this process, and the first weights of each run's last checkpoint. */
function inProcess() {
  const done: Float32Array[] = [];
  const executor: Executor = async (run, { checkpoint, ...context }) => {
    const record = await execute(run, { ...context, storage: () => fileStorage(checkpoint) });
    done.push(decodeCheckpoint((await fileStorage(checkpoint).read())!).weights[0]!.data);
    return record;
  };
  return { done, executor };
}

test("filters are those of the trained network; they are kept and not trained again", async () => {
  const { done, executor } = inProcess();
  const options = { folder, engine, execution: "eager", executor } as const;
  const { record, filters, steps } = await trainFilters(spec, options);
  expect(steps).toBe(2);
  expect(filters).toEqual({ domain: [28, 28], channels: 1, count: 5, data: done[0] });
  expect(await readRecord(folder)).toEqual([JSON.parse(JSON.stringify(record))]);
  expect(await readdir(join(folder, "checkpoints"))).toEqual([]);
  expect(await readdir(join(folder, "filters"))).toEqual([`${record.id}.json`]);

  const events: RunEvent[] = [];
  const again = await trainFilters({ ...spec, label: "other" }, { ...options, onEvent: (event) => events.push(event) });
  expect(again.filters).toEqual(filters);
  expect(again.record.spec.label).toBe("other");
  expect(events.map(({ type, label }) => [type, label])).toEqual([["skip", "other seed 1"]]);
  expect(done).toHaveLength(1);

  // Without the file the same run is made again; its record is there already.
  await rm(join(folder, "filters"), { recursive: true });
  await appendRecord(folder, { ...record, id: "another" });
  expect((await trainFilters(spec, options)).filters).toEqual(filters);
  expect((await readRecord(folder)).map(({ id }) => id)).toEqual([record.id, "another"]);
});

test("an interrupted run keeps only its checkpoint", async () => {
  const stop = new AbortController();
  stop.abort();
  const { executor } = inProcess();
  const options = { folder, engine, execution: "eager", executor, signal: stop.signal } as const;
  await expect(trainFilters(spec, options)).rejects.toMatchObject({ code: "INTERRUPTED" });
  expect(await readdir(folder)).toEqual(["checkpoints"]);
});
