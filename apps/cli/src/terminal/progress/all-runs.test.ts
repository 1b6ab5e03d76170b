import { resolveRun } from "@weightcast/runs/spec";
import { expect, test } from "vitest";
import { eventsOf, recordOf } from "../../testing/runs";
import { allRuns } from "./all-runs";
import { advance, type RunStates } from "./state";

test("the time left is that of the work done, in proportion; runs that were found do not count as work", () => {
  let time = 0;
  const progress = allRuns(10, () => time);
  let states: RunStates = new Map();
  const see = (...events: Parameters<typeof advance>[1][]) => {
    states = events.reduce(advance, states);
    return progress.text(states);
  };
  const [first, second, third] = [1, 2, 3].map((seed) => eventsOf(resolveRun({ seed }))) as [
    ReturnType<typeof eventsOf>,
    ReturnType<typeof eventsOf>,
    ReturnType<typeof eventsOf>,
  ];
  expect(see({ id: "a", label: "a", type: "skip", record: recordOf(resolveRun({ seed: 9 })) })).toBe(
    "1 of 10 runs done",
  );
  time = 60_000;
  expect(see(...first.slice(0, 4))).toBe("1 of 10 runs done");
  // One run and a half of another in two minutes: 7.5 are left.
  time = 120_000;
  expect(see(...first, ...second.slice(0, 4))).toBe("2 of 10 runs done, 10:00 left");
  const { id, label } = third[0]!;
  expect(see({ id, label, type: "fail", message: "the loss is NaN" })).toBe("3 of 10 runs done, 8:40 left");
});
