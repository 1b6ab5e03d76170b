import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fig4 } from "@weightcast/experiments";
import { describe, expect, test } from "vitest";
import { folderWith } from "../testing/folder";
import { eventsOf, fakeRunAll, recordOf } from "../testing/runs";
import { fakeWorld } from "../testing/world";
import { commandLine } from "../world";
import { runAndShow } from "./run-and-show";
import type { RunPlan } from "./run-plan";

const specs = fig4({ preset: "quick", methods: ["nokernel", "SE-Emp"] });
const plan: RunPlan = {
  events: "none",
  specs,
  title: "Figure 4",
  command: "weightcast reproduce fig4",
  folder: "runs",
  engine: "auto",
  execution: "auto",
};

test("progress on stderr; table and files on stdout; a report", async () => {
  const folder = folderWith();
  const { runAll, asked } = fakeRunAll();
  const world = fakeWorld({ folder, runs: { runAll } });
  await runAndShow({ ...plan, jobs: 2, report: "reports/fig4.html" }, world);
  expect(asked[0]).toMatchObject([specs, { folder: join(folder, "runs"), engine: "auto", execution: "auto", jobs: 2 }]);
  const lines = world.out().split("\n");
  expect(lines).toContain("method    learned %  test error %  dynamic   static   stored      file  seconds");
  expect(lines.find((line) => line.startsWith("SE-Emp"))).toBe(
    "SE-Emp          5.0          2.12   32,000  430,760  125,000  654.4 kB     31.4",
  );
  expect(lines.slice(-3)).toEqual(["Record: runs/record.jsonl", "Report: reports/fig4.html", ""]);
  const errors = world.err().split("\n");
  expect(errors.slice(0, 2)).toEqual(["2 runs: nokernel, SE-Emp", "Engine: cpu (1.2.3), the only one in this test."]);
  expect(errors).toContain("Steps: compiled, by onnxruntime-node 1.2.");
  for (const start of ["Engine:", "Steps:"]) expect(errors.filter((line) => line.startsWith(start))).toHaveLength(1);
  expect(errors).toContain("SE-Emp: epoch 1/1 done, loss 0.2500, test error 2.12%, 412 step/s, 1:15 left");
  const report = readFileSync(join(folder, "reports/fig4.html"), "utf8");
  expect(report).toMatch(/^<!doctype html>/i);
  expect(report).toContain("weightcast reproduce fig4");
});

test.each([
  [{ execution: "eager" } as const, "Steps: eager, by the engine."],
  [
    { execution: "eager", reason: "no runtime" } as const,
    "Steps: eager, by the engine, several times slower than compiled: no runtime",
  ],
])("eager steps: %j", async (execution, line) => {
  const { runAll } = fakeRunAll(execution);
  const world = fakeWorld({ folder: folderWith(), runs: { runAll } });
  await runAndShow(plan, world);
  expect(world.err().split("\n")).toContain(line);
});

test("a store without a queue is said to be of no use", async () => {
  const { runAll } = fakeRunAll();
  const world = fakeWorld({ folder: folderWith(), runs: { runAll } });
  await runAndShow({ ...plan, store: "s3://bucket" }, world);
  expect(world.err()).toContain(
    "--store is for runs in a queue (--queue); these have their checkpoints in --folder.\n",
  );
});

test("--force: runs that are in the record are removed from it first, and the command to repeat is without it", async () => {
  const { runAll } = fakeRunAll();
  const removed: unknown[] = [];
  const world = fakeWorld({
    folder: folderWith(),
    runs: {
      runAll,
      preview: async (all) =>
        all.map((spec, i) => ({
          ...{ id: `${i}`, name: spec.label, state: i === 0 ? "recorded" : "begun" },
          ...{ dense: 0, learned: 0, stored: 0, bytes: 0, steps: 0, checkpoint: "" },
        })),
      removeRuns: async (...args) => void removed.push(args),
    },
  });
  await runAndShow({ ...plan, force: true }, world);
  expect(removed).toEqual([[join(world.folder, "runs"), ["0"]]]);
  expect(world.err()).toContain("1 run in the record, to be done again (--force).\n");
  expect(commandLine(world, ["train", "--force", "--seed", "2"])).toBe("weightcast train --seed 2");
});

test("--json: one document on stdout, nothing else", async () => {
  const { runAll } = fakeRunAll();
  const world = fakeWorld({ folder: folderWith(), runs: { runAll } });
  await runAndShow({ ...plan, json: true }, world);
  const document = JSON.parse(world.out());
  expect(document).toMatchObject({
    command: "weightcast reproduce fig4",
    engine: { engine: "cpu", reason: "cpu (1.2.3), the only one in this test." },
    folder: "runs",
    report: null,
  });
  expect(document.runs).toHaveLength(2);
  expect(document.runs[1]).toMatchObject({
    method: "SE-Emp",
    dynamic: 32_000,
    static: 430_760,
    stored: 125_000,
    bytes: 654_400,
    testError: 0.0212,
    seconds: 31.44,
    spec: specs[1],
  });
});

describe("interrupted", () => {
  test("stops by the signal, explains how to continue, and ends with the code", async () => {
    const world = fakeWorld({
      folder: folderWith(),
      runs: {
        runAll: (_, { signal }) =>
          new Promise((_resolve, reject) => {
            signal!.addEventListener("abort", () =>
              reject(Object.assign(new Error("interrupted"), { code: "INTERRUPTED" })),
            );
            world.interrupt();
          }),
      },
    });
    const running = runAndShow({ ...plan, report: "r.html" }, world);
    await expect(running).rejects.toMatchObject({ code: "INTERRUPTED" });
    await expect(running).rejects.toThrow("to continue:\n\n  weightcast reproduce fig4\n");
    expect(world.err()).toContain("press Ctrl-C again to quit immediately");
    expect(world.out()).toBe("");
  });

  test("a second time ends immediately", async () => {
    let time = 0;
    const world = fakeWorld({
      now: () => time,
      runs: {
        runAll: async () => {
          world.interrupt();
          time = 1000;
          world.interrupt();
          throw new Error("the process would be gone");
        },
      },
    });
    await expect(runAndShow(plan, world)).rejects.toThrow("gone");
    expect(world.exits).toEqual([130]);
  });
});

describe("more than a few runs in the record", () => {
  const many = fig4({ preset: "quick", methods: ["SE-Emp"], seeds: Array.from({ length: 13 }, (_, i) => i) });
  const errorsOf = async (skipped: number) => {
    const world = fakeWorld({
      folder: folderWith(),
      runs: {
        async runAll(all, options) {
          for (const [i, spec] of all.entries())
            if (i < skipped) options.onEvent?.({ id: `${i}`, label: spec.label, type: "skip", record: recordOf(spec) });
          for (const spec of all.slice(skipped)) for (const event of eventsOf(spec)) options.onEvent?.(event);
          return all.map((spec) => recordOf(spec));
        },
      },
    });
    await runAndShow({ ...plan, specs: many }, world);
    return world
      .err()
      .split("\n")
      .filter((line) => line.includes("in the record"));
  };

  test.each([
    [13, ["13 of 13 runs are already in the record."]],
    [12, ["12 of 13 runs are already in the record."]],
    [0, []],
  ])("%i of 13: counted once", async (skipped, lines) => expect(await errorsOf(skipped)).toEqual(lines));
});

test("a damaged line of the record is named on stderr, once", async () => {
  const { runAll } = fakeRunAll();
  const world = fakeWorld({
    folder: folderWith({ "runs/record.jsonl": "null\n" }),
    runs: {
      runAll(all, options) {
        const message = "runs/record.jsonl, line 1: left out";
        for (let i = 0; i < 2; i++) options.onDamaged?.({ file: "runs/record.jsonl", line: 1, message });
        return runAll(all, options);
      },
    },
  });
  await runAndShow({ ...plan, report: "r.html", beside: () => true }, world);
  const warnings = world
    .err()
    .split("\n")
    .filter((line) => line.startsWith("Warning"));
  expect(warnings).toEqual(["Warning: runs/record.jsonl, line 1: left out"]);
});

describe("a run that diverged", () => {
  const diverged = Object.assign(new Error("SE-Emp: the training diverged"), { code: "DIVERGED" });
  const worldWith = (done: number) =>
    fakeWorld({
      folder: folderWith(),
      runs: {
        async runAll(all, { missing, onEvent }) {
          if (missing === "leave") return all.slice(0, done).map((spec) => recordOf(spec));
          onEvent?.({ id: "1", label: "SE-Emp", type: "fail", message: diverged.message });
          throw diverged;
        },
      },
    });

  test("fails the command after the table of the others", async () => {
    const world = worldWith(1);
    await expect(runAndShow(plan, world)).rejects.toBe(diverged);
    expect(world.out()).toContain("nokernel");
    expect(world.out()).not.toContain("SE-Emp");
    expect(world.err().split("\n")).toContain(diverged.message);
  });

  test("fails at once if there is no other", async () => {
    const world = worldWith(0);
    await expect(runAndShow(plan, world)).rejects.toBe(diverged);
    expect(world.out()).toBe("");
  });
});

test("a run that another process is doing is named, with the process", async () => {
  const { runAll } = fakeRunAll();
  const holder = { pid: 4711, host: "far", since: "2026-01-01T12:00:00Z" };
  const world = fakeWorld({
    folder: folderWith(),
    runs: {
      runAll(all, options) {
        options.onEvent?.({ id: "1", label: "SE-Emp", type: "wait", holder });
        options.onEvent?.({ id: "2", label: "nokernel", type: "wait" });
        return runAll(all, options);
      },
    },
  });
  await runAndShow(plan, world);
  expect(world.err()).toMatch(
    /^SE-Emp: process 4711 on far has been training it since \d+:\d\d:00 [AP]M; its result is waited for, after the other runs \(end that process to train it here\)\.$/m,
  );
  expect(world.err()).toMatch(/^nokernel: another process is training it; its result/m);
});

test("the error of a run is passed on", async () => {
  const failure = Object.assign(new Error("no native"), { code: "ENGINE_UNAVAILABLE" });
  const world = fakeWorld({ runs: { runAll: () => Promise.reject(failure) } });
  await expect(runAndShow(plan, world)).rejects.toBe(failure);
});
