import { identityOf, nameOf, resolveRun } from "@weightcast/runs/spec";
import { expect, test } from "vitest";
import { fig4Figure } from ".";
import { paperProportions } from "./paper";
import { fig4, fig4Methods } from "./runs";

test("quick: four methods at 5%, one seed", () => {
  expect(fig4({ preset: "quick" }).map(nameOf)).toEqual([
    "nokernel seed 1",
    "SE-Emp 5% seed 1",
    "RandFixU 5% seed 1",
    "RandCon 5% seed 1",
  ]);
});

test("full: every method at every proportion of the paper's grid, three seeds, the dense network once per seed", () => {
  const specs = fig4({ preset: "full" });
  expect(specs).toHaveLength(3 * (20 * (fig4Methods.length - 1) + 1));
  expect(new Set(specs.map((spec) => identityOf(spec, "engine"))).size).toBe(specs.length);
  expect(paperProportions.slice(0, 4)).toEqual([0.0255, 0.0309, 0.0375, 0.0455]); // from 20 of 784 on, by a factor of 1.213
  expect(paperProportions.at(-1)).toBe(1);
});

test("pre-training is part of a run's identity only if there is any", () => {
  const plain = resolveRun({ hidden: [{ weights: "dense", units: 5 }] });
  const pretrained = resolveRun({ hidden: [{ weights: "dense", units: 5 }], pretraining: {} });
  expect(identityOf(pretrained, "e")).not.toBe(identityOf(plain, "e"));
});

test("a method at 100%", () => {
  const [run] = fig4({ preset: "quick", methods: ["Emp-Emp"], proportions: [1], seeds: [4] });
  expect(run).toMatchObject({
    seed: 4,
    network: { layers: { hidden_1: { dictionary: "covariance", proportion: 1 }, hidden_2: { proportion: 1 } } },
  });
});

test("the figure's values: the quick preset unless --full, and options go to the runs", () => {
  expect(fig4Figure.runs({})).toEqual(fig4({ preset: "quick" }));
  expect(fig4Figure.runs({ full: true, soFar: true })).toHaveLength(603);
  const options = {
    methods: ["nokernel", "LowRank"],
    proportions: [0.1],
    columns: 2,
    epochs: 3,
    seeds: [4, 5],
  } as const;
  expect(fig4Figure.runs({ ...options, train: 500, jobs: 2 })).toEqual(
    fig4({ preset: "quick", ...options, train: 500 }),
  );
  expect(() => fig4Figure.runs({ columns: 3 })).toThrow(/^fig4 SE-Emp: .*columns: must divide .* got 3/);
});
