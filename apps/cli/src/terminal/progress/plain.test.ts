import { resolveRun } from "@weightcast/runs/spec";
import { expect, test } from "vitest";
import { eventsOf, recordOf } from "../../testing/runs";
import { fakeWorld } from "../../testing/world";
import { plainView } from "./plain";

const spec = resolveRun({ label: "SE-Emp" });

test("one line per event; for steps only every ten seconds", () => {
  let time = 0;
  const world = fakeWorld({ now: () => time });
  const view = plainView(world);
  const [start, dictionary, execution, half, whole, ...rest] = eventsOf(spec);
  view.note("Engine: cpu");
  view.on(start!);
  view.on(dictionary!);
  view.on(execution!);
  time = 9_999;
  view.on(half!);
  time = 10_000;
  view.on(half!);
  view.on(whole!);
  for (const event of rest) view.on(event);
  view.stop();
  expect(world.err().split("\n")).toEqual([
    "Engine: cpu",
    "SE-Emp: 1 epoch of 10 steps",
    "SE-Emp: dictionary kernel of layer hidden_1 made in 0.3 s",
    "SE-Emp: epoch 1/1, step 5/10, loss 0.5000, 412 step/s, 1:15 left",
    "SE-Emp: epoch 1/1 done, loss 0.2500, test error 2.12%, 412 step/s, 1:15 left",
    "SE-Emp: done in 0:31, test error 2.12%",
    "",
  ]);
  expect(world.out()).toBe("");
});

test("resumed and skipped runs are reported", () => {
  const world = fakeWorld();
  const view = plainView(world);
  view.on({ id: "a", label: "SE-Emp", type: "resume", step: 500 });
  view.on({ id: "b", label: "RandCon", type: "skip", record: recordOf(spec, 0.0457) });
  expect(world.err()).toBe("SE-Emp: continues from step 500\nRandCon: already in the record, test error 4.57%\n");
});

test("a download is reported at once and then every ten seconds; dictionaries that took no time are not", () => {
  let time = 5;
  const world = fakeWorld({ now: () => time });
  const view = plainView(world);
  const download = (received: number) =>
    view.on({
      ...{ id: "a", label: "SE", type: "download", name: "cifar10", phase: "downloading" },
      ...{ received, total: 170_052_171 },
    });
  download(0);
  download(1e6);
  time = 10_005;
  download(34_100_000);
  view.on({ id: "a", label: "SE", type: "dictionary", layer: "conv_3", name: "kernel", seconds: 0.01 });
  expect(world.err()).toBe("SE: downloading cifar10, 0 B of 170.1 MB\nSE: downloading cifar10, 34.1 MB of 170.1 MB\n");
});
