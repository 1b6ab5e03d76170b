import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventReader, histogram, type PlacedEvent, scalar } from "@weightcast/tensorboard";
import { expect, onTestFinished, test, vi } from "vitest";
import type { RunEvent } from "../run/events";
import { nameOf, resolveRun } from "../spec";
import { runEventsFolder, runInFolder } from "./event-folder";
import { runLog, whileLogged } from "./run-log";
import { notesIn } from "./run-notes";

const spec = resolveRun({ label: "a/b: 5%", training: { epochs: 2 }, quantization: { type: "int8", epochs: 1 } });
const run = { id: "0123456789ab", spec };
const about = { id: run.id, label: nameOf(spec) };

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "weightcast-log-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const start = { ...about, type: "start", engine: {} as never, epochs: 2, stepsPerEpoch: 10 } as const;
const stepOf = (step: number): RunEvent => ({
  ...{ ...about, type: "step", epoch: 1, epochs: 2, step, steps: 20 },
  ...{ loss: 1 / step, rate: 0.5, stepsPerSecond: 8, secondsLeft: 1 },
});
const epochOf = (epoch: number): RunEvent => ({
  ...{ ...about, type: "epoch", epoch, epochs: 2, loss: 0.5, score: 0.25, kind: "error", errorName: "test error" },
});

/** Events of the run's files: step, then `start` or the values by tag. */
async function logged(path: string): Promise<unknown[]> {
  const events: PlacedEvent[] = [];
  for await (const event of eventReader(runEventsFolder(path, run))()) events.push(event);
  return events.map(({ step, starts, summaries }) =>
    starts
      ? [step, "start"]
      : [step, Object.fromEntries(summaries.map((one) => [one.tag, "value" in one ? one.value : one.kind]))],
  );
}

test("a run with rounded weights at its end: steps go on, one point a second", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  onTestFinished(() => void vi.useRealTimers());
  const path = folder();
  const log = runLog(path, run, expect.unreachable);
  const on = (...events: readonly RunEvent[]) => {
    for (const event of events) log.on(event);
  };
  on(start, { ...about, type: "pretraining", layer: "hidden_1", epoch: 1, epochs: 1, loss: 3 }, stepOf(1), stepOf(2));
  vi.advanceTimersByTime(1000);
  on(stepOf(4), stepOf(10), epochOf(1));
  await log.atEpoch(async () => [scalar("more", 1)]);
  on(stepOf(20), epochOf(2));
  vi.advanceTimersByTime(1000);
  on(stepOf(1), stepOf(10), epochOf(1));
  await log.close();
  const values = (loss: number) => ({ "loss/step": loss, "speed/steps per second": 8, rate: 0.5 });
  const epoch = { "loss/epoch": 0.5, "error/test error": 0.25 };
  expect(await logged(path)).toEqual([
    [0, { run: "text" }],
    [1, { "pretraining/hidden_1": 3 }],
    [1, "start"],
    [1, values(1)],
    [4, values(0.25)],
    [10, epoch],
    [10, { more: 1 }],
    [20, epoch],
    [21, values(1)],
    [30, epoch],
  ]);
});

test("a run that goes on: a further file, whose start drops what came after the checkpoint", async () => {
  const path = folder();
  const first = runLog(path, run, expect.unreachable);
  for (const event of [start, stepOf(7)]) first.on(event);
  await first.close();
  const second = runLog(path, run, expect.unreachable);
  for (const event of [start, { ...about, type: "resume", step: 5 } as const, stepOf(6)]) second.on(event);
  await second.close();
  const steps = (await logged(path)).map((event) =>
    (event as [number, unknown])[1] === "start" ? event : (event as [number])[0],
  );
  expect(steps).toEqual([0, [1, "start"], 7, 0, [6, "start"], 6]);
  expect(readdirSync(runEventsFolder(path, run))).toHaveLength(2);
});

test("one that goes on with rounded weights keeps the steps before", async () => {
  const path = folder();
  const log = runLog(path, run, expect.unreachable);
  for (const step of [20, 4])
    log.on(step === 20 ? { ...about, type: "resume", step } : { ...about, type: "resume", step });
  log.on(stepOf(5));
  await log.close();
  expect(await logged(path)).toEqual([
    [25, "start"],
    [25, expect.anything()],
  ]);
});

test("the notes are the run, its steps and its name", async () => {
  const path = folder();
  const log = runLog(path, run, expect.unreachable);
  log.on(start);
  await log.close();
  for await (const { summaries } of eventReader(runEventsFolder(path, run))()) {
    const [note] = summaries;
    expect(notesIn(note?.kind === "text" ? note.text : "")).toEqual({
      ...{ id: run.id, label: nameOf(spec), steps: 30, stepsPerEpoch: 10 },
      spec: JSON.parse(JSON.stringify(spec)),
    });
  }
  expect(notesIn("    {}")).toBeUndefined();
  expect(notesIn("not JSON")).toBeUndefined();
});

test("folders have names that every file system takes, which end in the identity", () => {
  const name = runEventsFolder("runs", run);
  expect(name).toMatch(/^runs\/events\/a-b-5%.*-0123456789ab$/);
  expect(runInFolder(name.split("/").at(-1)!)).toBe(run.id);
  expect(runInFolder("mine")).toBeUndefined();
});

test("what cannot be written is said once, and the work goes on", async () => {
  const path = folder();
  writeFileSync(join(path, "events"), "a file where the folder should be");
  const events: RunEvent[] = [];
  const result = await whileLogged(
    path,
    run,
    (event) => events.push(event),
    async (onEvent, log) => {
      for (const event of [start, stepOf(1), epochOf(1)]) onEvent(event);
      await log.atEpoch(async () => []);
      return "done";
    },
  );
  expect(result).toBe("done");
  expect(events.filter(({ type }) => type === "note")).toEqual([
    { ...about, type: "note", message: expect.stringMatching(/^its event files end here: .*(EEXIST|ENOTDIR)/) },
  ]);
});

test("so is a weight that is not finite", async () => {
  const events: RunEvent[] = [];
  const work = whileLogged(
    folder(),
    run,
    (event) => events.push(event),
    async (onEvent, log) => {
      onEvent(start);
      await log.atEpoch(async () => [histogram("V", [Number.NaN])]);
      await log.atEpoch(expect.unreachable);
    },
  );
  await work;
  const message = "its event files end here: histogramOf: numbers must be finite; got NaN at 0";
  expect(events.slice(1)).toEqual([{ ...about, type: "note", message }]);
});
