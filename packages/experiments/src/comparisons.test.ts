import { expect, test } from "vitest";
import { choices, pretraining } from "./comparisons";
import { fig4 } from "./fig4";
import { identityOf, nameOf } from "./spec";

test("choices: the uniform one is the figure's own run, the others differ in the selection alone", () => {
  const runs = choices({ proportions: [0.0455], seeds: [2] });
  expect(runs.map(nameOf)).toEqual([
    "SE-Emp 4.55% seed 2",
    "SE-Emp, leverage 4.55% seed 2",
    "SE-Emp, farthest-point 4.55% seed 2",
    "SE-Emp, pivoted-cholesky 4.55% seed 2",
  ]);
  const [own] = fig4({ preset: "full", methods: ["SE-Emp"], proportions: [0.0455], seeds: [2] });
  expect(identityOf(runs[0]!, "e")).toBe(identityOf(own!, "e"));
  const uniform = (run: (typeof runs)[number]) => ({
    ...run,
    hidden: run.hidden.map((layer) => ({ ...layer, selection: "uniform" as const })),
  });
  for (const run of runs) expect(identityOf(uniform(run), "e")).toBe(identityOf(own!, "e"));
  expect(new Set(runs.map((run) => identityOf(run, "e"))).size).toBe(4);
});

test("pretraining: each network without and with", () => {
  const runs = pretraining({ seeds: [1], epochs: 2 });
  expect(runs.map(({ label, pretraining }) => [label, pretraining?.epochs])).toEqual([
    ["nokernel", undefined],
    ["nokernel, pre-trained", 5],
    ["SE-Emp", undefined],
    ["SE-Emp, pre-trained", 5],
    ["SE-Emp2", undefined],
    ["SE-Emp2, pre-trained", 5],
  ]);
});
