import { resolveRun } from "@weightcast/runs/spec";
import xterm from "@xterm/headless";
import picocolors from "picocolors";
import { expect, test } from "vitest";
import { eventsOf, recordOf } from "../../testing/runs";
import { fakeWorld } from "../../testing/world";
import { liveLine } from "./lines";
import { liveView } from "./live";
import { advance, type RunStates } from "./state";

const dense = resolveRun({ label: "nokernel", seed: 1 });
const predicted = resolveRun({ label: "SE-Emp", seed: 2 });

test.each([
  [100, "SE-Emp 5% seed 1  ━━━━━━━━━━━━────────────  epoch 1/1  412 step/s  loss 0.5000  1:15 left"],
  [64, "SE-Emp 5% seed 1  epoch 1/1  412 step/s  loss 0.5000  1:15 left"],
  [60, "SE-Emp 5% seed 1  epoch 1/1  loss 0.5000  1:15 left"],
  [40, "SE-Emp 5% seed 1  epoch 1/1  1:15 left"],
])("on a terminal of %i characters, the line of a run has what fits, and no word is broken", (width, line) => {
  const states = eventsOf(resolveRun({ label: "SE-Emp 5% seed 1" }))
    .slice(0, 4)
    .reduce<RunStates>(advance, new Map());
  const [state] = states.values();
  expect(liveLine(state!, state!.label.length, width, picocolors.createColors(false))).toBe(line);
});

/** Lines that a terminal of that width shows for a text, without trailing spaces and empty lines. */
async function screen(text: string, columns: number): Promise<string[]> {
  const terminal = new xterm.Terminal({ cols: columns, rows: 20, allowProposedApi: true, convertEol: true });
  await new Promise<void>((resolve) => terminal.write(text, resolve));
  const { active } = terminal.buffer;
  const lines = Array.from({ length: active.length }, (_, i) => active.getLine(i)!.translateToString(true));
  terminal.dispose();
  while (lines.at(-1) === "") lines.pop();
  return lines;
}

test("one line per run in progress, redrawn in place; the lines of finished and skipped runs stay above", async () => {
  let time = 0;
  const world = fakeWorld({ terminal: 80, now: () => time++ * 1000 });
  const view = liveView(world, ["nokernel", "SE-Emp", "RandCon"]);
  const [first, second] = [eventsOf(dense), eventsOf(predicted)];
  view.note("Engine: cpu, as asked.");
  view.on({ id: "c", label: "RandCon", type: "skip", record: recordOf(predicted, 0.0457) });
  view.on(first[0]!);
  view.on(second[0]!);
  view.on(second[1]!);
  view.on(first[3]!);
  const above = ["Engine: cpu, as asked.", "✓ RandCon   test error 4.57%  already in the record"];
  expect(await screen(world.err(), 80)).toEqual([
    ...above,
    "nokernel    ━━━━━━━━━━──────────  epoch 1/1  412 step/s  loss 0.5000  1:15 left",
    "SE-Emp      made dictionary kernel of layer hidden_1",
    "1 of 3 runs done",
  ]);

  view.on(second[3]!);
  view.on(first[4]!);
  view.note("A note.");
  expect(await screen(world.err(), 80)).toEqual([
    ...above,
    "A note.",
    "nokernel    ━━━━━━━━━━━━━━━━━━━━  epoch 1/1  412 step/s  loss 0.2500  1:15 left",
    "SE-Emp      ━━━━━━━━━━──────────  epoch 1/1  412 step/s  loss 0.5000  1:15 left",
    "1 of 3 runs done",
  ]);

  view.on(first.at(-1)!);
  view.on(second.at(-1)!);
  view.stop();
  expect(await screen(world.err(), 80)).toEqual([
    ...above,
    "A note.",
    "✓ nokernel  test error 2.12%  in 0:31",
    "✓ SE-Emp    test error 2.12%  in 0:31",
  ]);
  expect(world.out()).toBe("");
});

test("an interrupted display leaves nothing half-drawn", async () => {
  const world = fakeWorld({ terminal: 80, now: () => 0 });
  const view = liveView(world, ["nokernel"]);
  view.on(eventsOf(dense)[0]!);
  view.note("Stopping.");
  view.stop();
  expect(await screen(`${world.err()}next\n`, 80)).toEqual(["Stopping.", "next"]);
});

test("steps in quick succession are drawn once", () => {
  const world = fakeWorld({ terminal: 80, now: () => 0 });
  const view = liveView(world, ["nokernel"]);
  const [start, , , half] = eventsOf(dense);
  view.on(start!);
  const before = world.err();
  for (let i = 0; i < 100; i++) view.on(half!);
  expect(world.err()).toBe(before);
});

test("a narrow terminal gets no bar; NO_COLOR turns colors off", async () => {
  let time = 0;
  const world = fakeWorld({ terminal: 60, environment: { NO_COLOR: "1" }, now: () => time++ * 1000 });
  const view = liveView(world, ["nokernel"]);
  for (const event of eventsOf(dense).slice(0, 4)) view.on(event);
  expect((await screen(world.err(), 60))[0]).toBe("nokernel    epoch 1/1  412 step/s  loss 0.5000  1:15 left");
  expect(world.err()).not.toContain("\u001B[36m");
});
