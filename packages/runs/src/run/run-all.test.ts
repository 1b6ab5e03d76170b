import { mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { useEngine } from "@weightcast/backend";
import { writeWhole } from "@weightcast/disk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { InterruptedError } from "../interrupted";
import { modelFile } from "../model/model-file";
import { appendRecord, readRecord } from "../record/record-file";
import type { DamagedLine } from "../record/record-reader";
import { identityOf, layersBy, layersOf, resolveRun } from "../spec";
import { recordOf } from "../testing/records";
import type { RunEvent } from "./events";
import type { Executor } from "./fork-run";
import { runAll } from "./run-all";
import { versionsOf } from "./versions";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "weightcast-runs-"));
});
afterEach(() => rm(folder, { recursive: true }));

const engine = "cpu";
const layers = (method: string) => layersBy(method, layersOf({ model: "mlp" }), { proportion: 0.05, columns: 10 });
const specs = ["nokernel", "SE-Emp", "RandFixU", "RandCon"].map((label) =>
  resolveRun({ label, network: { model: "mlp", layers: layers(label) } }),
);

/** Executor that runs nothing: waits until `hold` resolves, and makes up a record. */
function pretend(
  log: string[],
  { fail = [], code, hold }: { fail?: readonly string[]; code?: string; hold?: Promise<void> } = {},
): Executor {
  return async (spec, { engine, execution, signal }) => {
    log.push(`begin ${spec.label}`);
    await Promise.race([
      hold ?? Promise.resolve(),
      new Promise<void>((resolve) => {
        signal?.addEventListener("abort", () => resolve());
        if (signal?.aborted) resolve();
      }),
    ]);
    if (signal?.aborted) throw new InterruptedError();
    if (fail.includes(spec.label)) throw Object.assign(new Error(`${spec.label} failed`), { code });
    log.push(`end ${spec.label}`);
    return { ...recordOf("SE-Emp", 0.02), spec, id: identityOf(spec, await versionsOf(engine, execution)) };
  };
}

describe("runAll", () => {
  test("does each run once: a second call finds all runs in the record", async () => {
    const log: string[] = [];
    const records = await runAll(specs, { folder, engine, jobs: 2, executor: pretend(log) });
    expect(records.map(({ spec }) => spec.label)).toEqual(["nokernel", "SE-Emp", "RandFixU", "RandCon"]);
    expect(log).toHaveLength(8);
    expect(await readRecord(folder)).toHaveLength(4);
    const events: RunEvent[] = [];
    const again = await runAll(specs, {
      folder,
      engine,
      executor: pretend(log),
      onEvent: (event) => events.push(event),
    });
    expect(log).toHaveLength(8);
    expect(again).toEqual(records);
    expect(events.map(({ type }) => type)).toEqual(["skip", "skip", "skip", "skip"]);
  });

  test("a run with another execution is another run; the executor gets the execution, and its share of the cores", async () => {
    const asked: object[] = [];
    const executor: Executor = async (spec, context) => {
      const { execution, threads } = context;
      asked.push({ execution, threads });
      return pretend([])(spec, context);
    };
    const run = (execution: "compiled" | "eager") =>
      runAll(specs.slice(0, 2), { folder, engine, execution, jobs: 2, executor });
    const [compiled, eager] = [await run("compiled"), await run("eager")];
    const threads = Math.max(1, Math.floor(availableParallelism() / 2));
    expect(asked).toEqual(["compiled", "compiled", "eager", "eager"].map((execution) => ({ execution, threads })));
    expect(new Set([...compiled, ...eager].map(({ id }) => id)).size).toBe(4);
    expect(await run("compiled")).toEqual(compiled);
    expect(asked).toHaveLength(4);
  });

  test("does as many runs at a time as there are jobs", async () => {
    for (const jobs of [1, 3]) {
      const log: string[] = [];
      let letGo = () => {};
      const hold = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      const running = runAll(specs, {
        folder: join(folder, `${jobs}`),
        engine,
        jobs,
        executor: pretend(log, { hold }),
      });
      await expect.poll(() => log.length).toBe(jobs);
      letGo();
      await running;
    }
  });

  test("a failed run stops the others; runs that ended before stay recorded", async () => {
    const log: string[] = [];
    const running = runAll(specs, { folder, engine, jobs: 1, executor: pretend(log, { fail: ["RandFixU"] }) });
    await expect(running).rejects.toThrow("RandFixU failed");
    expect((await readRecord(folder)).map(({ spec }) => spec.label)).toEqual(["nokernel", "SE-Emp"]);
    expect(log).not.toContain("begin RandCon");
  });

  test("missing runs can be left out: only recorded ones are returned", async () => {
    const log: string[] = [];
    const some = [specs[3]!, specs[1]!];
    await runAll(some, { folder, engine, executor: pretend(log) });
    const found = await runAll(specs, { folder, engine, missing: "leave", executor: pretend(log) });
    expect(found.map(({ spec }) => spec.label)).toEqual(["SE-Emp", "RandCon"]);
    expect(log).toHaveLength(4);
  });

  test("runs that diverged are set aside: the others are done, and a second call tries only those", async () => {
    const log: string[] = [];
    const fail = ["SE-Emp", "RandFixU"];
    const run = () => runAll(specs, { folder, engine, jobs: 1, executor: pretend(log, { fail, code: "DIVERGED" }) });
    await expect(run()).rejects.toThrow("2 runs failed, the others are done:\n  SE-Emp failed\n  RandFixU failed");
    expect((await readRecord(folder)).map(({ spec }) => spec.label)).toEqual(["nokernel", "RandCon"]);
    log.length = 0;
    await expect(run()).rejects.toThrow("2 runs failed");
    expect(log).toEqual(["begin SE-Emp", "begin RandFixU"]);
  });

  test("the signal stops the runs with code INTERRUPTED, also before they begin", async () => {
    const stop = new AbortController();
    const log: string[] = [];
    const running = runAll(specs, {
      folder,
      engine,
      jobs: 2,
      signal: stop.signal,
      executor: pretend(log, { hold: new Promise(() => {}) }),
    });
    setTimeout(() => stop.abort(), 20);
    await expect(running).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(log.every((line) => line.startsWith("begin"))).toBe(true);
    await expect(runAll(specs, { folder, engine, signal: stop.signal, executor: pretend([]) })).rejects.toMatchObject({
      code: "INTERRUPTED",
    });
    expect(await readRecord(folder)).toEqual([]);
  });

  test("aborting between two runs, or before the only one, is an interruption, too", async () => {
    const stop = new AbortController();
    const aborts: Executor = async (spec, context) => {
      const record = await pretend([])(spec, context);
      stop.abort();
      return record;
    };
    const running = runAll(specs.slice(0, 2), { folder, engine, jobs: 1, signal: stop.signal, executor: aborts });
    await expect(running).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(await readRecord(folder)).toHaveLength(1);
    const only = runAll(specs.slice(2, 3), { folder, engine, signal: AbortSignal.abort(), executor: pretend([]) });
    await expect(only).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(await runAll(specs.slice(0, 1), { folder, engine, signal: AbortSignal.abort() })).toHaveLength(1);
  });

  test("a checkpoint is removed when its run is recorded", async () => {
    const executor: Executor = async (spec, context) => {
      const record = await pretend([])(spec, context);
      const { mkdir } = await import("node:fs/promises");
      await mkdir(join(folder, "checkpoints"), { recursive: true });
      await writeFile(context.checkpoint, "state");
      return record;
    };
    await runAll(specs.slice(0, 1), { folder, engine, executor });
    expect(await readdir(join(folder, "checkpoints"))).toEqual([]);
  });

  test("a damaged line of the record is reported, and its run is done again", async () => {
    await runAll(specs.slice(0, 2), { folder, engine, jobs: 1, executor: pretend([]) });
    const file = join(folder, "record.jsonl");
    const [first, second] = (await readFile(file, "utf8")).split("\n");
    await writeFile(file, `${first}\n${second!.replace('"testLoss":0.1', '"testLoss":0.2')}\nnull\n`);
    const log: string[] = [];
    const damaged: number[] = [];
    const onDamaged = ({ line }: DamagedLine) => damaged.push(line);
    const records = await runAll(specs.slice(0, 2), { folder, engine, executor: pretend(log), onDamaged });
    expect(damaged).toEqual([2, 3]);
    expect(log).toEqual(["begin SE-Emp", "end SE-Emp"]);
    expect(records.map(({ result }) => result.testLoss)).toEqual([0.1, 0.1]);
  });

  test("two calls on one folder: each run is done by one of them, and both have all results", async () => {
    const [one, two]: [string[], string[]] = [[], []];
    let letGo = () => {};
    const hold = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const events: RunEvent[] = [];
    const first = runAll(specs.slice(0, 2), { folder, engine, jobs: 1, executor: pretend(one, { hold }) });
    await expect.poll(() => one).toEqual(["begin nokernel"]);
    const onEvent = (event: RunEvent) => events.push(event);
    const second = runAll(specs, { folder, engine, jobs: 1, executor: pretend(two), onEvent });
    // It does all others first, and then waits.
    await expect.poll(() => two.filter((line) => line.startsWith("end")).length).toBe(3);
    letGo();
    const [results, all] = await Promise.all([first, second]);
    expect(one).toEqual(["begin nokernel", "end nokernel"]);
    expect(two.filter((line) => line.startsWith("begin"))).toEqual(["begin SE-Emp", "begin RandFixU", "begin RandCon"]);
    expect(all.map(({ id }) => id).slice(0, 2)).toEqual(results.map(({ id }) => id));
    expect(events.map(({ type, label }) => `${type} ${label}`)).toEqual([
      "wait nokernel seed 1",
      "skip nokernel seed 1",
    ]);
    expect(events[0]).toMatchObject({ holder: { pid: process.pid, host: expect.any(String) } });
    expect(await readRecord(folder)).toHaveLength(4);
    expect(await readdir(join(folder, "checkpoints"))).toEqual([]);
  });

  test("while it waits for another's run, the signal ends it", async () => {
    const stop = new AbortController();
    const release = await new Promise<() => void>((taken) => {
      void runAll(specs.slice(0, 1), {
        folder,
        engine,
        executor: async (spec, context) => {
          await new Promise<void>((resolve) => taken(resolve));
          return pretend([])(spec, context);
        },
      });
    });
    const waits = runAll(specs.slice(0, 1), {
      folder,
      engine,
      signal: stop.signal,
      executor: pretend([]),
      onEvent: ({ type }) => type === "wait" && stop.abort(),
    });
    await expect(waits).rejects.toMatchObject({ code: "INTERRUPTED" });
    release();
    await expect.poll(() => readRecord(folder)).toHaveLength(1);
    await expect.poll(() => readdir(join(folder, "checkpoints"))).toEqual([]);
  });

  test("a run whose claim another takes meanwhile is left to it", async () => {
    const log: string[] = [];
    let claim = "";
    const executor: Executor = async (_, context) => {
      log.push("begin");
      if (log.length > 1) throw new Error("it was done again");
      claim = context.checkpoint.replace(/checkpoint$/, "lock");
      const theirs = JSON.stringify({
        token: "x",
        pid: 1,
        place: "elsewhere",
        host: "far",
        since: "2026-01-01T00:00:00Z",
      });
      await writeFile(claim, theirs);
      await new Promise((resolve) => context.signal!.addEventListener("abort", resolve));
      throw new InterruptedError();
    };
    const running = runAll(specs.slice(0, 1), { folder, engine, executor });
    await expect.poll(() => log, { timeout: 5000 }).toEqual(["begin"]);
    const record = await pretend([])(specs[0]!, { engine: await useEngine(engine), execution: "auto" } as never);
    await new Promise((resolve) => setTimeout(resolve, 1500)); // the holder looks at its lock every second
    await appendRecord(folder, record);
    await rm(claim);
    expect(await running).toEqual([record]);
    expect(await readRecord(folder)).toHaveLength(1);
  });

  test("a run that diverged is in the record as a failure, once, and no result", async () => {
    const fail = ["SE-Emp"];
    const run = (options = {}) =>
      runAll(specs.slice(0, 2), { folder, engine, executor: pretend([], { fail, code: "DIVERGED" }), ...options });
    for (let i = 0; i < 2; i++) await expect(run()).rejects.toMatchObject({ code: "DIVERGED" });
    const lines = (await readFile(join(folder, "record.jsonl"), "utf8")).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line)).filter(({ failure }) => failure)).toMatchObject([
      { spec: { label: "SE-Emp" }, failure: { code: "DIVERGED", message: "SE-Emp failed" } },
    ]);
    expect(lines).toHaveLength(2);
    const events: RunEvent[] = [];
    const onEvent = (event: RunEvent) => events.push(event);
    expect((await run({ missing: "leave", onEvent })).map(({ spec }) => spec.label)).toEqual(["nokernel"]);
    expect(events).toMatchObject([
      { type: "skip" },
      {
        type: "fail",
        label: expect.stringContaining("SE-Emp"),
        message: "SE-Emp failed",
        finished: expect.any(String),
      },
    ]);
    // With other code it may succeed: then the result counts.
    expect(await run({ executor: pretend([]) })).toHaveLength(2);
  });

  test("trained networks are kept beside the record; a recorded run without its file is trained again, and recorded once", async () => {
    const log: string[] = [];
    const asked: (string | undefined)[] = [];
    const trains: Executor = async (spec, context) => {
      asked.push(context.model);
      if (context.model) await writeWhole(context.model, "a network");
      return pretend(log)(spec, context);
    };
    const types: string[] = [];
    const run = (models?: "none" | "keep" | "require") =>
      runAll(specs.slice(0, 1), {
        ...{ folder, engine, executor: trains, onEvent: ({ type }) => types.push(type) },
        ...(models && { models }),
      });
    const [first] = await run();
    expect(asked).toEqual([undefined]);
    const file = modelFile(folder, first!);
    expect(file).toBe(join(folder, "models", `${first!.id}.safetensors`));
    await run("keep"); // it is in the record
    expect(asked).toHaveLength(1);
    expect(await run("require")).toEqual([first]);
    expect(asked).toEqual([undefined, file]);
    await run("require");
    expect(asked).toHaveLength(2);
    expect(types).toEqual(["skip", "again", "skip"]);
    expect(await readRecord(folder)).toHaveLength(1);
    await rm(file);
    await runAll(specs.slice(0, 1), { folder, engine, models: "require", missing: "leave", executor: trains });
    expect(asked).toHaveLength(2);
  });

  test("a network that its run compresses is kept as .gz; a file of an earlier version is found under its name", async () => {
    const spec = { ...specs[0]!, quantization: resolveRun({ quantization: { compress: true } }).quantization! };
    const asked: (string | undefined)[] = [];
    const trains: Executor = async (run, context) => {
      asked.push(context.model);
      await writeWhole(context.model!, "a network");
      return pretend([])(run, context);
    };
    const run = () => runAll([spec], { folder, engine, models: "require", executor: trains });
    const [record] = await run();
    const [plain, compressed] = ["safetensors", "safetensors.gz"].map((end) =>
      join(folder, "models", `${record!.id}.${end}`),
    );
    expect(asked).toEqual([compressed]);
    expect(modelFile(folder, record!)).toBe(compressed);
    await rename(compressed!, plain!);
    expect(modelFile(folder, record!)).toBe(plain);
    await run();
    expect(asked).toHaveLength(1);
    expect(modelFile(folder, { id: record!.id, spec: specs[0]! })).toBe(plain);
    await rm(plain!);
    expect(modelFile(folder, record!)).toBe(compressed);
  });

  test("bad jobs are named", async () => {
    await expect(runAll(specs, { folder, engine, jobs: 0 })).rejects.toThrow(
      "runAll: jobs must be a positive integer; got 0",
    );
  });
});
