import { useEngine } from "@weightcast/backend";
import { beforeAll, expect, test } from "vitest";
import { workload } from "../workloads/mlp.mjs";
import { describe, flops } from "./layers.mjs";

beforeAll(() => useEngine("cpu"));

const layersOf = (name) => {
  const { model, prepared } = workload.variants.find((variant) => variant.name === name);
  const made = model();
  const layers = describe(made, prepared);
  made.dispose();
  return layers;
};

test("the paper's network is what peers are told", () => {
  expect(layersOf("factorized")).toMatchObject([
    { kind: "factorized", inputs: 784, units: 500, columns: 10, rank: 39, activation: "sigmoid", first: true },
    { kind: "factorized", inputs: 500, units: 500, columns: 10, rank: 25, activation: "sigmoid", first: false },
    { kind: "dense", inputs: 500, units: 10, activation: "linear", weights: ["kernel", "bias"] },
  ]);
});

test("operations of a step: every product forward, for the weights learned, and for the inputs but the first", () => {
  const dense = 2 * 784 * 500 + 3 * 500 * 500 + 3 * 500 * 10;
  expect(flops(layersOf("dense"), 128)).toBe(2 * 128 * dense);
  const first = 784 * 390 + 2 * 10 * 39 * 50;
  const second = 2 * 500 * 250 + 3 * 10 * 25 * 50;
  const rest = second + 3 * 500 * 10;
  expect(flops(layersOf("factorized"), 128)).toBe(2 * 128 * (first + rest));
  expect(flops(layersOf("prepared"), 128)).toBe(2 * 128 * (first - 784 * 390 + rest));
});
