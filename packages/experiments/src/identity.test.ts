import { identityOf, nameOf, type RunSpec } from "@weightcast/runs/spec";
import { expect, test } from "vitest";
import { choices } from "./figures/choices/runs";
import { depth } from "./figures/depth/runs";
import { fig4 } from "./figures/fig4/runs";
import { fig5 } from "./figures/fig5/runs";
import { pretraining } from "./figures/pretraining/runs";

/** Versions of what computed the runs of results/fig4. */
const computed = "onnxruntime-node 1.30.0; tfjs-backend-wasm 4.22.0";

test("runs keep the identity that they have in the committed records: results/fig4/record.jsonl", () => {
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
    "SE-Emp, dictionary only 4.55% seed 1": "0c732201d072",
    "SE-Emp2, pre-trained 4.55% seed 1": "0a3b23146870",
    "SE-Emp2, dictionary only 4.55% seed 1": "e65852680f1a",
  });
});

test("runs of other networks keep theirs too", () => {
  const one = { seeds: [1], train: 500, data: { name: "mine", folder: "./mine" } };
  const specs = [
    ...fig5({ seeds: [1], proportions: [0.25] }),
    ...fig5({ ...one, proportions: [0.25], methods: ["RandFixU", "RandCon", "DCT"] }),
    ...depth({ seeds: [1], proportions: [2 / 9], methods: ["nokernel", "SE"] }),
  ];
  expect(specs.map((spec) => [nameOf(spec), identityOf(spec, computed, "outside")])).toEqual([
    ["nokernel seed 1", "a0c12e04c596"],
    ["SE 25% seed 1", "ed8fafb144e1"],
    ["RandFixU 25% seed 1", "d4496a6505ce"],
    ["RandCon 25% seed 1", "88a798c37650"],
    ["DCT 25% seed 1", "43b2e50419c3"],
    ["nokernel seed 1", "ce3879de89cb"],
    ["SE 22.2% seed 1", "51b4a0bc90c4"],
  ]);
});
