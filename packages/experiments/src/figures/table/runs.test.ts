import { rankOf } from "@weightcast/dictionary";
import { layersOf, predictedLayers } from "@weightcast/runs/spec";
import { expect, test } from "vitest";
import { table } from "./runs";

test("at a proportion, narrower networks and predicted ones learn equally many weights, for any number of inputs", () => {
  const specs = table({ data: { table: "t.csv" }, target: "y", seeds: [1] });
  expect(specs.map(({ label }) => label)).toEqual([
    "nokernel",
    ...["narrower 25%", "Emp-Emp 25%", "RandCon 25%", "RandFixU 25%", "LowRank 25%"],
    ...["narrower 10%", "Emp-Emp 10%", "RandCon 10%", "RandFixU 10%", "LowRank 10%"],
  ]);
  // Of the first layer each input counts alike: n·50 of n·200, and n/4·200.
  const second = specs.map(({ network }) => layersOf(network)[1]!);
  expect(second.map(({ input, filters }) => input[0]! * filters)).toEqual([
    40_000,
    ...[10_000, 40_000, 40_000, 40_000, 40_000],
    ...[4000, 40_000, 40_000, 40_000, 40_000],
  ]);
  for (const [i, learned] of [
    [2, 10_000],
    [8, 4000],
  ] as const) {
    const [, layer] = predictedLayers(specs[i]!);
    expect(rankOf({ proportion: layer!.proportion }, 200) * 200).toBe(learned);
  }
  expect(specs[0]!.data).toEqual({ table: "t.csv", target: "y", name: "t", samples: 10_000 });
});

test.each([
  [{}, "table: name a CSV file by --data"],
  [{ data: { table: "t.csv" } }, "table: name the column to predict by --target"],
])("%j is refused", (options, message) => expect(() => table(options)).toThrow(message));
