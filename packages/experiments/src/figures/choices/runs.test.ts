import { identityOf, nameOf, type PredictedSpec } from "@weightcast/runs/spec";
import { expect, test } from "vitest";
import { fig4 } from "../fig4/runs";
import { choices } from "./runs";

test("the uniform choice is a run of Figure 4, and the others differ from it only in the selection", () => {
  const runs = choices({ proportions: [0.0455], seeds: [2] });
  expect(runs.map(nameOf)).toEqual([
    "SE-Emp 4.55% seed 2",
    "SE-Emp, leverage 4.55% seed 2",
    "SE-Emp, farthest-point 4.55% seed 2",
    "SE-Emp, pivoted-cholesky 4.55% seed 2",
  ]);
  const [plain] = fig4({ preset: "full", methods: ["SE-Emp"], proportions: [0.0455], seeds: [2] });
  expect(identityOf(runs[0]!, "e")).toBe(identityOf(plain!, "e"));
  const uniform = ({ network, ...run }: (typeof runs)[number]) => {
    const layers = Object.entries(network.layers).map(([name, layer]): [string, PredictedSpec] => {
      if (layer.weights !== "factorized") throw new Error(`${name} is not factorized`);
      return [name, { ...layer, selection: "uniform" }];
    });
    return { ...run, network: { ...network, layers: Object.fromEntries(layers) } };
  };
  for (const run of runs) expect(identityOf(uniform(run), "e")).toBe(identityOf(plain!, "e"));
  expect(new Set(runs.map((run) => identityOf(run, "e"))).size).toBe(4);
});
