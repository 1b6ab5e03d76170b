import { describe, expect, test } from "vitest";
import { recordOf } from "../testing/records";
import { fig4Facts } from "./facts";
import { sweepOf } from "./sweep";

/** Errors in percent: [method, proportion, a run's error each seed]. */
type Runs = readonly (readonly [method: string, proportion: number, ...errors: number[]])[];

const factsFrom = (runs: Runs) =>
  fig4Facts(
    sweepOf(
      runs.flatMap(([method, proportion, ...errors]) =>
        errors.map((error, i) => recordOf(method, error / 100, { proportion, seed: i + 1 })),
      ),
    ),
  );

const verdicts = (runs: Runs) => factsFrom(runs).map(({ verdict }) => verdict);

describe("fig4Facts", () => {
  const all: Runs = [
    ["nokernel", 1, 1.9, 2.1],
    ["SE-Emp", 0.0455, 1.8, 2.0],
    ["SE-Emp", 0.0552, 2.5],
    ["SE-Emp", 0.12, 2.0],
    ["SE-Emp2", 0.0455, 2.0],
    ["RandFixU", 0.0455, 3.4],
    ["RandFixU", 0.12, 2.3],
    ["RandFixU", 0.5, 1.5],
    ["RandCon", 0.0455, 6],
    ["RandCon", 0.12, 2.31],
    ["RandCon", 0.5, 1.4],
  ];

  test("all the paper's claims hold in runs like its own, and the numbers are said", () => {
    const facts = factsFrom(all);
    expect(facts.map(({ verdict }) => verdict)).toEqual(["holds", "holds", "holds", "holds", "holds"]);
    expect(facts.map(({ evidence }) => evidence)).toEqual([
      "At 4.5% learned 1.90 ± 0.14% (2 seeds), dense 2.00 ± 0.14% (2 seeds): −0.10 points.",
      "2 of 2 proportions, 4.5% to 12.0%; the smallest gap is +0.30 points at 12.0%.",
      "1 of 1 proportion, 4.5%; the smallest gap is +1.40 points at 4.5%.",
      "2 of 2 proportions, 4.5% to 12.0%; the smallest gap is +0.01 points at 12.0%.",
      "1 of 1 proportion, 12.0%; the largest difference is +0.28 points, at 12.0%.",
    ]);
  });

  test("one proportion that says otherwise is enough", () => {
    const otherwise: Runs = [
      ["SE-Emp", 0.05, 2.01],
      ["SE-Emp", 0.145, 2.06],
      ["RandFixU", 0.145, 2.2],
      ["SE-Emp2", 0.12, 2.01],
      ["RandCon", 0.0801, 3],
      ["RandFixU", 0.0801, 3],
    ];
    const kept = all.filter(([method, proportion]) => !(method === "SE-Emp" && proportion < 0.1));
    const facts = factsFrom([...kept, ...otherwise]);
    expect(facts.map(({ verdict }) => verdict)).toEqual(Array.from({ length: 5 }, () => "does not hold"));
    expect(facts[3]!.evidence).toMatch(/^2 of 3 proportions, .* the smallest gap is 0\.00 points at 8\.0%/);
    expect(facts[4]!.evidence).toBe(
      "1 of 2 proportions, 12.0% to 14.5%; the largest difference is +0.31 points, at 14.5%.",
    );
  });

  test("what was not run is not measured", () => {
    const none = Array.from({ length: 5 }, () => "not measured");
    expect(
      verdicts([
        ["nokernel", 1, 2],
        ["SE-Emp", 0.08, 2],
        ["RandFixU", 0.3, 2],
        ["RandCon", 0.3, 3],
      ]),
    ).toEqual(none);
    expect(
      verdicts([
        ["SE-Emp", 0.05, 2],
        ["RandFixU", 0.06, 3],
      ]),
    ).toEqual(none);
  });
});
