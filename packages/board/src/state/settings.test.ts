import type { ListedRun } from "@weightcast/runs/record";
import { recordOf } from "@weightcast/runs/testing";
import { expect, test } from "vitest";
import { settingsOf } from "./settings";

const listed = (...records: readonly ReturnType<typeof recordOf>[]): ListedRun[] =>
  records.map((end) => ({ end, tags: [] }));

test("seeds are one setting, the best first; fields that say the same are one axis", () => {
  const found = settingsOf(
    listed(
      recordOf("SE-Emp", 0.04, { seed: 1 }),
      recordOf("SE-Emp", 0.02, { seed: 2 }),
      recordOf("nokernel", 0.025, { seed: 1 }),
      recordOf("nokernel", 0.025, { seed: 2 }),
    ),
  )!;
  expect(found.axes).toEqual([["label", "label"]]);
  expect(found.settings.map(({ point, score, records }) => [point, score?.mean, records.length])).toEqual([
    [{ label: "nokernel" }, 0.025, 2],
    [{ label: "SE-Emp" }, 0.03, 2],
  ]);
});

test("a field that some lack is none there; a label that each run has for itself says nothing", () => {
  const records = [recordOf("a", 0.04), recordOf("a", 0.02, { proportion: 0.1 }), recordOf("nokernel", 0.03)];
  const { axes, settings } = settingsOf(listed(...records))!;
  const proportion = "network.layers.hidden_1.proportion";
  expect(axes).toEqual([
    ["label", "label"],
    [proportion, "hidden_1.proportion"],
  ]);
  expect(settings.map(({ point }) => point[proportion])).toEqual([0.1, "none", 0.05]);
  const other = settingsOf(listed(recordOf("a", 0.04), recordOf("b", 0.02)));
  expect(other?.axes).toEqual([["network.layers.hidden_1.options.of", "options.of"]]);
});

test("runs of fewer epochs are not compared with those of more; one setting is none", () => {
  const short = recordOf("a", 0.01, { epochs: 1 });
  const runs = listed(short, recordOf("a", 0.04), recordOf("b", 0.02, { seed: 2 }));
  expect(settingsOf(runs)?.settings.map(({ score }) => score?.mean)).not.toContain(0.01);
  expect(settingsOf(listed(recordOf("a", 0.04), recordOf("a", 0.04, { seed: 2 })))).toBeUndefined();
  expect(settingsOf([])).toBeUndefined();
});
