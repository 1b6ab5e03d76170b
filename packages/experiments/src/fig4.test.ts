import { expect, test } from "vitest";
import { fig4 } from "./fig4";
import { methods } from "./methods";
import { paperFig4 } from "./paper-fig4";
import { identityOf, nameOf, resolveRun } from "./spec";

test("quick: four methods at 5%, one seed", () => {
  expect(fig4({ preset: "quick" }).map(nameOf)).toEqual([
    "nokernel seed 1",
    "SE-Emp 5% seed 1",
    "RandFixU 5% seed 1",
    "RandCon 5% seed 1",
  ]);
});

test("full: every method at every proportion of the paper's grid, three seeds, the dense network once a seed", () => {
  const specs = fig4({ preset: "full" });
  expect(specs).toHaveLength(3 * (20 * (methods.length - 1) + 1));
  expect(new Set(specs.map((spec) => identityOf(spec, "engine"))).size).toBe(specs.length);
  expect(paperFig4.proportions.slice(0, 4)).toEqual([0.0255, 0.0309, 0.0375, 0.0455]); // 20 of 784, and so on by a factor of 1.213
  expect(paperFig4.proportions.at(-1)).toBe(1);
});

test("what a selection or pre-training would be is not in the identity of a run without", () => {
  const plain = resolveRun({ hidden: [{ weights: "dense", units: 5 }] });
  const pretrained = resolveRun({ hidden: [{ weights: "dense", units: 5 }], pretraining: {} });
  expect(identityOf(pretrained, "e")).not.toBe(identityOf(plain, "e"));
});

test("a method at 100% is fitted into what its dictionaries offer", () => {
  const [run] = fig4({ preset: "quick", methods: ["Emp-Emp"], proportions: [1], seeds: [4] });
  expect(run).toMatchObject({ seed: 4, hidden: [{ dictionary: "covariance", proportion: 1 }, { proportion: 1 }] });
});
