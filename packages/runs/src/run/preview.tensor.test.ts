import { account } from "@weightcast/core";
import { predictable } from "@weightcast/models/plans";
import { expect, test } from "vitest";
import { buildNetwork } from "../build/build";
import { loadData } from "../build/data";
import { registerBuiltIns } from "../build/dictionaries";
import { imageData } from "../build/images";
import { layerCosts } from "../record/layer-costs";
import { planOf, resolveRun } from "../spec";
import { countsOf } from "./preview";

registerBuiltIns();

test.each([
  ["dense", {}],
  ["kernel", { hidden_1: { weights: "factorized", dictionary: "kernel", proportion: 0.05, columns: 5 } }],
  [
    "leading, learned",
    {
      hidden_1: { weights: "factorized", dictionary: "fourier", proportion: 0.1, columns: 2, selection: "leading" },
      hidden_2: { weights: "factorized", dictionary: "covariance", proportion: 0.3, columns: 2 },
    },
  ],
  [
    "low-rank, a small dictionary",
    {
      hidden_1: { weights: "low-rank", proportion: 0.2 },
      hidden_2: { weights: "factorized", dictionary: "gaussian", options: { size: 3 }, proportion: 0.5, columns: 2 },
    },
  ],
])("counts before a run are those of the network that is built: %s", async (_, layers) => {
  const spec = resolveRun({
    data: { train: 100, test: 10, samples: 60 },
    network: { model: "mlp", hidden: [20, 10], layers },
  });
  const dataset = await loadData(spec.data, 1);
  const model = await buildNetwork(spec, imageData(spec, dataset));
  const costs = layerCosts(predictable(planOf(spec.network, dataset)), account(model).layers);
  const sum = (of: "dense" | "dynamic" | "stored") => costs.reduce((total, cost) => total + cost[of], 0);
  expect(countsOf(spec)).toEqual({ dense: sum("dense"), learned: sum("dynamic"), stored: sum("stored") });
  expect(account(model).stored).toBe(sum("stored"));
  model.dispose();
});
