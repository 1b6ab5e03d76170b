import { rankOf } from "@weightcast/dictionary";
import { layersOf, predictedLayers, type RunSpec } from "@weightcast/runs/spec";
import { expect, test } from "vitest";
import { depth } from "./runs";

test("all 19 convolutions of ResNet-20, 2, 3 or 5 of 9 weights each", () => {
  const specs = depth({ seeds: [1] });
  expect(specs.map(({ label }) => label)).toEqual([
    "nokernel",
    ...["SE", "DCT", "RandFixU", "SE", "DCT", "RandFixU", "SE", "DCT", "RandFixU"],
  ]);
  const ranks = (spec: RunSpec) => new Set(predictedLayers(spec).map(({ proportion }) => rankOf({ proportion }, 9, 9)));
  expect([1, 4, 7].map((i) => [...ranks(specs[i]!)])).toEqual([[2], [3], [5]]);
  expect(layersOf({ model: "resnet20" })).toHaveLength(19);
  expect(predictedLayers(specs[1]!)).toHaveLength(19);
});
