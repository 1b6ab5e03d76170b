import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeWhole } from "@weightcast/disk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readRecord } from "../record/record-file";
import { identityOf, resolveRun } from "../spec";
import { recordOf } from "../testing/records";
import type { Executor } from "./fork-run";
import { runAll } from "./run-all";
import { runMore } from "./run-more";
import { versionsOf } from "./versions";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "weightcast-teachers-"));
});
afterEach(() => rm(folder, { recursive: true }));

const engine = "cpu";
const teacher = { network: { model: "mlp", hidden: [500, 500] } } as const;
const dense = resolveRun({ label: "nokernel", hidden: "500,500" });
const [one, two] = ["one", "two"].map((label, i) => resolveRun({ label, hidden: `${i + 8}`, teacher }));

/** Executor that trains nothing: keeps a made-up network if it is asked to, and finds its teacher's there. */
function pretend(log: string[], fail?: string): Executor {
  return async (spec, { model, teacher, engine, execution }) => {
    if (spec.teacher) expect(teacher && existsSync(teacher)).toBe(true);
    if (spec.label === fail) throw Object.assign(new Error(`${fail} failed`), { code: "DIVERGED" });
    if (model !== undefined) await writeWhole(model, "a network");
    log.push(`${spec.label}${model === undefined ? "" : ", kept"}`);
    return { ...recordOf("SE-Emp", 0.02), spec, id: identityOf(spec, await versionsOf(engine, execution)) };
  };
}

describe("a run whose teacher is a network", () => {
  test.each([1, 3])(
    "comes after the run of that network, which is recorded and kept, once: %i at a time",
    async (jobs) => {
      const log: string[] = [];
      const records = await runAll([one!, two!], { folder, engine, jobs, executor: pretend(log) });
      expect(records.map(({ spec }) => spec.label)).toEqual(["one", "two"]);
      expect([log[0], ...log.slice(1).sort()]).toEqual(["teacher, kept", "one", "two"]);
      expect((await readRecord(folder)).map(({ spec }) => spec.label).sort()).toEqual(["one", "teacher", "two"]);
      await runAll([one!, two!], { folder, engine, executor: pretend(log) });
      expect(log).toHaveLength(3);
      // The network by itself is the teacher's run.
      expect(await runAll([dense], { folder, engine, executor: pretend(log) })).toHaveLength(1);
      expect(log).toHaveLength(3);
    },
  );

  test("of the runs that are given, that of the network comes first, wherever it stands", async () => {
    const log: string[] = [];
    await runAll([one!, dense, two!], { folder, engine, jobs: 2, executor: pretend(log) });
    expect(log[0]).toBe("nokernel, kept");
    expect([...log].sort()).toEqual(["nokernel, kept", "one", "two"]);
  });

  test("two processes share the teacher", async () => {
    const logs: string[][] = [[], []];
    await Promise.all(
      [one!, two!].map((spec, i) => runAll([spec], { folder, engine, jobs: 1, executor: pretend(logs[i]!) })),
    );
    expect(logs.flat().sort()).toEqual(["one", "teacher, kept", "two"]);
    expect(await readRecord(folder)).toHaveLength(3);
  });

  test("a teacher that was recorded without its network is trained again, and recorded once; if nothing needs it, it is not", async () => {
    const log: string[] = [];
    await runAll([dense], { folder, engine, executor: pretend(log) });
    expect(log).toEqual(["nokernel"]);
    const all = [dense, one!];
    await runAll(all, { folder, engine, jobs: 1, executor: pretend(log) });
    expect(log).toEqual(["nokernel", "nokernel, kept", "one"]);
    await rm(join(folder, "models"), { recursive: true });
    await runAll(all, { folder, engine, jobs: 1, executor: pretend(log) });
    expect(log).toHaveLength(3);
    expect(await readRecord(folder)).toHaveLength(2);
    // Asked for by itself, only the run that learns from it is in the list.
    await runAll([two!], { folder, engine, executor: pretend(log) });
    expect(log.slice(3)).toEqual(["teacher, kept", "two"]);
    expect(await readRecord(folder)).toHaveLength(3);
  });

  test("a teacher that diverges is tried once; the runs that need it fail, and others are done", async () => {
    const log: string[] = [];
    const alone = resolveRun({ label: "alone", hidden: "20" });
    const running = runAll([dense, one!, two!, alone], { folder, engine, jobs: 1, executor: pretend(log, "nokernel") });
    await expect(running).rejects.toMatchObject({
      code: "RUNS_FAILED",
      message: expect.stringMatching(
        /^3 runs failed.*\n {2}nokernel failed\n {2}one seed 1: the run that trains its teacher has failed\n {2}two/,
      ),
    });
    expect(log).toEqual(["alone"]);
  });

  test("is left out with what is missing, and comes from a source of runs as from a list", async () => {
    const log: string[] = [];
    expect(await runAll([one!], { folder, engine, missing: "leave", executor: pretend(log) })).toEqual([]);
    const left = [one!, two!];
    const settled: string[] = [];
    await runMore(
      {
        expected: 2,
        next: async () => left.shift(),
        settled: ({ label }, record) => settled.push(`${label} ${record !== undefined}`),
      },
      { folder, engine, jobs: 1, executor: pretend(log) },
    );
    expect(log).toEqual(["teacher, kept", "one", "two"]);
    expect(settled).toEqual(["one true", "two true"]);
  });
});
