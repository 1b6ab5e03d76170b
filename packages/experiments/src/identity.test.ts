import { expect, test } from "vitest";
import { choices, pretraining } from "./comparisons";
import { fig4 } from "./fig4";
import { identityOf, nameOf, type RunSpec } from "./spec";

/** What computed the runs of results/fig4. */
const computed = "onnxruntime-node 1.30.0; tfjs-backend-wasm 4.22.0";

test("runs keep the identity that they have in the records that are kept: results/fig4/record.jsonl", () => {
  const seeds = [1];
  const proportions = [0.0455];
  const specs: readonly RunSpec[] = [
    ...fig4({ preset: "full", methods: ["nokernel", "LowRank", "SE-Emp", "SE-Emp2"], seeds, proportions }),
    ...choices({ seeds, proportions }),
    ...pretraining({ seeds, proportions }),
  ];
  expect(Object.fromEntries(specs.map((spec) => [nameOf(spec), identityOf(spec, computed)]))).toEqual({
    "nokernel seed 1": "b5c7cdbd71c8",
    "LowRank 4.55% seed 1": "a59ea2d86ecf",
    "SE-Emp 4.55% seed 1": "9b7208ae10b2",
    "SE-Emp2 4.55% seed 1": "14d924e5d66e",
    "SE-Emp, leverage 4.55% seed 1": "d75d5fe527c4",
    "SE-Emp, farthest-point 4.55% seed 1": "cae3e3944a67",
    "SE-Emp, pivoted-cholesky 4.55% seed 1": "1b621212a6e8",
    "nokernel, pre-trained seed 1": "ff987fdbdc2a",
    "SE-Emp, pre-trained 4.55% seed 1": "58e2a683353a",
    "SE-Emp2, pre-trained 4.55% seed 1": "0a3b23146870",
  });
});
