import { identityOf, nameOf } from "@weightcast/runs/spec";
import { expect, test } from "vitest";
import { fig4 } from "../fig4/runs";
import { secondLayer } from "./runs";

test("SE-Emp is the run of Figure 4, and the others differ from it in the second layer only", () => {
  const runs = secondLayer({ seeds: [2] });
  expect(runs.map(nameOf)).toEqual([
    "SE-Emp 5% seed 2",
    "SE-Emp:2 5% seed 2",
    "SE-Prior 5% seed 2",
    "SE-Prior:2 5% seed 2",
  ]);
  const [plain] = fig4({ preset: "quick", methods: ["SE-Emp"], seeds: [2] });
  expect(identityOf(runs[0]!, "e")).toBe(identityOf(plain!, "e"));
  const second = runs.map(({ network }) => network.layers.hidden_2);
  expect(second.map((layer) => layer?.weights === "factorized" && [layer.dictionary, layer.columns])).toEqual([
    ["covariance", 10],
    ["covariance", 2],
    ["prior-covariance", 10],
    ["prior-covariance", 2],
  ]);
  for (const { network, ...run } of runs) {
    const same = { ...network.layers, hidden_2: second[0]! };
    expect(identityOf({ ...run, network: { ...network, layers: same } }, "e")).toBe(identityOf(plain!, "e"));
  }
});
