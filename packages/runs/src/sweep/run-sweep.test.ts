import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stream } from "@weightcast/random";
import { afterEach, beforeEach, expect, test } from "vitest";
import { removeRuns } from "../record/annotate";
import { readRecord } from "../record/record-file";
import type { Executor } from "../run/fork-run";
import { type PlannedRun, plannedIn } from "../run/planned";
import { versionsOf } from "../run/versions";
import { identityOf, type RunSpec, resolveRun } from "../spec";
import { recordOf } from "../testing/records";
import { refitRuns, refitSetting } from "./refit";
import { runSweep } from "./run-sweep";
import { type Point, resolveSweep } from "./sweep";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "weightcast-sweep-"));
});
afterEach(() => rm(folder, { recursive: true }));

const runOf = ({ rate, seed }: Point): RunSpec =>
  resolveRun({
    data: { validation: 100 },
    training: { epochs: 9, rate: rate as number },
    ...(seed !== undefined && { seed: seed as number }),
  });

/** Error that depends on the rate, the seed and the epochs. */
const errorOf = ({ training, seed }: RunSpec) =>
  Math.min(1, 0.1 * Math.abs(Math.log10(training.rate) + 1) + 0.01 * seed + 0.1 / training.epochs);

/** Executor that makes up a record after a random time, or fails. */
function pretend(
  log: string[],
  {
    seed,
    fail = () => false,
    stopAfter = Infinity,
    stop,
  }: {
    seed: number;
    fail?: (spec: RunSpec) => boolean;
    stopAfter?: number;
    stop?: AbortController;
  },
): Executor {
  const draw = stream(seed, "times");
  return async (spec, { engine, execution, signal }) => {
    await new Promise((resolve) => setTimeout(resolve, draw.integer(4)));
    if (log.length >= stopAfter) stop?.abort();
    if (signal?.aborted) throw Object.assign(new Error("stopped"), { code: "INTERRUPTED" });
    const id = identityOf(spec, await versionsOf(engine, execution));
    log.push(id);
    if (fail(spec)) throw Object.assign(new Error("the loss is NaN"), { code: "DIVERGED" });
    return { ...recordOf("SE-Emp", errorOf(spec)), spec, id };
  };
}

const sweep = resolveSweep({
  axes: { rate: { from: 0.001, to: 10, scale: "log" }, seed: [1, 2] },
  search: "tpe",
  settings: 12,
  halving: { factor: 3 },
});
const places = (results: Awaited<ReturnType<typeof runSweep>>) =>
  results.map(({ setting, point, rung, score, records }) => ({
    setting,
    point,
    rung,
    score,
    ids: records.map(({ id }) => id),
  }));

test("the same settings and errors, whatever the number of runs at a time; stopped and begun again, each run is done once", async () => {
  const run = (name: string, jobs: number, executor: Executor, signal?: AbortSignal) =>
    runSweep(
      sweep,
      { runOf, epochs: 9 },
      { folder: join(folder, name), engine: "cpu", execution: "eager", jobs, executor, ...(signal && { signal }) },
    );
  const alone = await run("alone", 1, pretend([], { seed: 1 }));
  expect(alone[0]).toMatchObject({ rung: 2, epochs: 9, failed: 0 });
  expect(alone[0]!.records).toHaveLength(2);
  expect(alone[0]!.score!.mean).toBeLessThan(alone.at(-1)!.score!.mean);
  expect(places(await run("four", 4, pretend([], { seed: 2 })))).toEqual(places(alone));

  const log: string[] = [];
  for (const stopAfter of [3, 10, 17]) {
    const stop = new AbortController();
    const stopped = run("stopped", 2, pretend(log, { seed: 3, stopAfter, stop }), stop.signal);
    await expect(stopped).rejects.toMatchObject({ code: "INTERRUPTED" });
  }
  expect(places(await run("stopped", 3, pretend(log, { seed: 4 })))).toEqual(places(alone));
  expect(new Set(log).size).toBe(log.length);
  expect(await readRecord(join(folder, "stopped"))).toHaveLength(log.length);
});

test("a setting that diverges is the worst, goes no further, and is not tried again", async () => {
  const log: string[] = [];
  const fail = ({ training }: RunSpec) => training.rate > 0.5;
  const events: string[] = [];
  const run = () =>
    runSweep(
      sweep,
      { runOf, epochs: 9 },
      {
        folder,
        engine: "cpu",
        execution: "eager",
        jobs: 2,
        executor: pretend(log, { seed: 1, fail }),
        onEvent: ({ type }) => events.push(type),
      },
    );
  const results = await run();
  const diverged = results.filter(({ failed }) => failed > 0);
  expect(diverged.length).toBeGreaterThan(0);
  for (const { rung, score, point } of diverged)
    expect([rung, score, (point.rate as number) > 0.5]).toEqual([0, undefined, true]);
  const count = log.length;
  expect(places(await run())).toEqual(places(results));
  expect(log).toHaveLength(count);
  expect(events.filter((type) => type === "fail").length).toBe(2 * diverged.length * 2);
});

test("a setting that makes no run is left out with its reason; the test images are never searched on", async () => {
  const notes: string[] = [];
  const grid = resolveSweep({ axes: { rate: [0.1, -1] } });
  const options = { folder, engine: "cpu", execution: "eager", executor: pretend([], { seed: 1 }) } as const;
  const results = await runSweep(grid, { runOf, epochs: 9, onInvalid: (text) => notes.push(text) }, options);
  expect(results.map(({ failed, point }) => [point.rate, failed])).toEqual([
    [0.1, 0],
    [-1, 1],
  ]);
  expect(notes).toEqual([expect.stringMatching(/^left out: run: training\.rate: must be more than 0; got -1$/)]);
  const onTest = (point: Point) => resolveRun({ training: { rate: point.rate as number } });
  await expect(
    runSweep(sweep, { runOf: onTest, epochs: 9 }, { ...options, folder: join(folder, "x") }),
  ).rejects.toThrow(/^sweep: data\.validation must be set: .* never by the test images/);
  const refit = { ...grid, refit: true };
  await expect(
    runSweep(refit, { runOf: onTest, epochs: 9 }, { ...options, folder: join(folder, "x") }),
  ).rejects.toThrow(/^sweep: data\.validation must be set/);
  await expect(readFile(join(folder, "x", "record.jsonl"))).rejects.toThrow("ENOENT");
});

test("the runs of a grid can be seen while it goes, those that are not in the record", async () => {
  const grid = resolveSweep({ axes: { rate: [0.1, 1], seed: [1, 2] } });
  const lists: (readonly PlannedRun[])[] = [];
  const log: string[] = [];
  const executor: Executor = async (...args) => {
    lists.push(...(await plannedIn(folder)()));
    return pretend(log, { seed: 1 })(...args);
  };
  const options = { folder, engine: "cpu", jobs: 1, executor } as const;
  await runSweep(grid, { runOf, epochs: 9 }, options);
  expect(lists[0]!.map(({ id }) => id)).toEqual(log);
  expect(lists[0]!.map(({ label }) => label.replace(/.* /, "seed "))).toEqual(["seed 1", "seed 2", "seed 1", "seed 2"]);
  // Those that are in the record are left out.
  await removeRuns(folder, log.slice(2));
  lists.length = 0;
  await runSweep(grid, { runOf, epochs: 9 }, options);
  expect(lists[0]!.map(({ id }) => id)).toEqual(log.slice(2, 4));
  expect(await plannedIn(folder)()).toEqual([]);
});

test("two calls on one folder share the work: each run is done once, and both have the same result", async () => {
  const logs: [string[], string[]] = [[], []];
  const [one, other] = await Promise.all(
    logs.map((log, i) =>
      runSweep(
        resolveSweep({ axes: { rate: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], seed: [1, 2] } }),
        { runOf, epochs: 9 },
        { folder, engine: "cpu", execution: "eager", jobs: 1, executor: pretend(log, { seed: i }) },
      ),
    ),
  );
  expect(places(one!)).toEqual(places(other!));
  const all = logs.flat();
  expect(all).toHaveLength(12);
  expect(new Set(all).size).toBe(12);
  for (const log of logs) expect(log.length).toBeGreaterThan(1);
});

test("the best setting trained again: without the validation images, with all epochs and seeds; once, and again from the record", async () => {
  const log: string[] = [];
  const options = {
    folder,
    engine: "cpu",
    execution: "eager",
    jobs: 2,
    executor: pretend(log, { seed: 1, fail: ({ data, seed }) => data.validation === undefined && seed === 3 }),
  } as const;
  const [best] = await runSweep({ ...sweep, refit: true }, { runOf, epochs: 9 }, options);
  const specs = refitRuns(best!, sweep, { runOf });
  expect(specs.map(({ data, training, seed }) => [data.validation, training.epochs, training.rate, seed])).toEqual([
    [undefined, 9, best!.point.rate, 1],
    [undefined, 9, best!.point.rate, 2],
  ]);
  const before = log.length;
  const refit = await refitSetting(best!, specs, options);
  expect(log.length).toBe(before + 2);
  expect(refit).toMatchObject({ setting: best!.setting, point: best!.point, epochs: 9, failed: 0 });
  expect(refit.score!.mean).toBeCloseTo((errorOf(specs[0]!) + errorOf(specs[1]!)) / 2);
  expect(places([await refitSetting(best!, specs, options)])).toEqual(places([refit]));
  expect(log.length).toBe(before + 2);
  const failing = refitRuns(best!, { ...sweep, axes: { ...sweep.axes, seed: [1, 3] } }, { runOf });
  const failed = await refitSetting(best!, failing, options);
  expect([failed.failed, failed.score, failed.records.length]).toEqual([1, undefined, 1]);
});
