import { describe, expect, test } from "vitest";
import { type Results, sweepFrom } from "../testing/sweep";
import { below, nearPaper } from "./everywhere";
import { pointsIn } from "./sweep";

describe("below", () => {
  const judge = (results: Results, margin?: number) =>
    below("A", "B", pointsIn(sweepFrom(results)), {
      by: "paper",
      under: 0.15,
      ...(margin !== undefined && { margin }),
    });

  test("holds if it does at every proportion that both have, under the limit", () => {
    expect(
      judge([
        ["A", 0.05, 1.9, 2.1],
        ["A", 0.07, 9, 9], // B was not run there
        ["A", 0.12, 2.28, 2.3],
        ["A", 0.5, 9, 9],
        ["B", 0.05, 3.4, 3.4],
        ["B", 0.12, 2.3, 2.3],
        ["B", 0.5, 1, 1],
      ]),
    ).toEqual({
      claim: "A is below B at every proportion under 15%",
      by: "paper",
      verdict: "holds",
      evidence:
        "2 of 2 proportions, 5.0% to 12.0%; the smallest gap is +0.01 points at 12.0%. The seeds' standard deviation is 0.01 points.",
    });
  });

  test("by a margin: exactly the margin is enough", () => {
    const claim = judge(
      [
        ["A", 0.12, 2, 2],
        ["B", 0.12, 2.3, 2.3],
      ],
      0.3,
    );
    expect(claim).toMatchObject({
      claim: "A is at least 0.3 points below B at every proportion under 15%",
      verdict: "holds",
    });
    expect(claim.evidence).toMatch(/^1 of 1 proportion, 12\.0%; the smallest gap is \+0\.30 points at 12\.0%\./);
  });

  test("one proportion that speaks against it is enough", () => {
    const results: Results = [
      ["A", 0.05, 2, 2.1],
      ["A", 0.1, 3, 3.1],
      ["B", 0.05, 4, 4.1],
    ];
    expect(judge([...results, ["B", 0.1, 2.8, 2.9]])).toMatchObject({
      verdict: "does not hold",
      evidence: expect.stringMatching(
        /^1 of 2 proportions, 5\.0% to 10\.0%; the smallest gap is −0\.20 points at 10\.0%/,
      ),
    });
    expect(judge([...results, ["B", 0.1, 2.95, 3.05]])).toMatchObject({ verdict: "within the spread" });
    expect(judge([...results, ["B", 0.1, 2.95]])).toMatchObject({
      verdict: "undecided",
      evidence: expect.stringContaining("A single run on at least one side"),
    });
  });

  test("without a common proportion it is not measured", () => {
    const claim = judge([
      ["A", 0.05, 2],
      ["B", 0.06, 3],
    ]);
    expect(claim).toMatchObject({ by: "paper", verdict: "not measured", evidence: "" });
  });
});

describe("nearPaper", () => {
  const paper = {
    curves: {
      A: [
        [0.05, 2],
        [0.2, 2],
      ],
    },
  } as const;
  const judge = (results: Results) =>
    nearPaper("A", pointsIn(sweepFrom(results))("A"), paper, { tolerance: 0.3, from: 0.1 });

  test("counts proportions from the least on, those that are rounded to it among them", () => {
    expect(
      judge([
        ["A", 0.05, 9, 9],
        ["A", 0.0985, 2.25, 2.35],
        ["A", 0.2, 1, 1],
        ["A", 0.5, 9, 9],
      ]),
    ).toEqual({
      claim: "A from 10% learned on is within 0.3 points of the paper's curve, or below it",
      by: "us",
      verdict: "holds",
      evidence:
        "2 of 2 proportions, 9.8% to 20.0%; the largest difference is +0.30 points at 9.8%. The seeds' standard deviation is 0.07 points.",
    });
  });

  test("beyond the tolerance, by less and by more than the seeds differ", () => {
    expect(judge([["A", 0.2, 2.25, 2.36]])).toMatchObject({ verdict: "within the spread" });
    expect(judge([["A", 0.2, 2.45, 2.46]])).toMatchObject({ verdict: "does not hold" });
    expect(judge([["A", 0.2, 2.45]])).toMatchObject({ verdict: "undecided" });
  });

  test("is not measured without a curve", () => {
    expect(nearPaper("B", [], paper, { tolerance: 0.3, from: 0.1 })).toMatchObject({ verdict: "not measured" });
  });
});
