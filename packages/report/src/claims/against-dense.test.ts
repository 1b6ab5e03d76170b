import { describe, expect, test } from "vitest";
import { type Results, sweepFrom } from "../testing/sweep";
import { againstDense, noHigher, unlessUntrained } from "./against-dense";
import { pointAt, pointsIn } from "./sweep";

const judge = (results: Results, range?: readonly [number, number]) => {
  const sweep = sweepFrom(results);
  return againstDense("A with 5% learned", pointsIn(sweep)("A"), sweep.dense[0], {
    by: "us",
    proportion: 0.05,
    ...(range && { range }),
  });
};

describe("againstDense", () => {
  test("compares the means, and gives the numbers", () => {
    expect(
      judge([
        ["nokernel", 1, 1.9, 2.1],
        ["A", 0.05, 1.8, 2.0],
      ]),
    ).toEqual({
      claim: "A with 5% learned has a test error no higher than the dense network's",
      by: "us",
      verdict: "holds",
      evidence:
        "At 5.0% learned 1.90 ± 0.14% (2 seeds), dense 2.00 ± 0.14% (2 seeds): −0.10 points. By seed: −0.10, −0.10. The seeds' standard deviation is 0.14 points.",
    });
  });

  test("a higher error: within the spread, beyond it, and of single runs", () => {
    const dense = ["nokernel", 1, 1.9, 2.1] as const;
    expect(judge([dense, ["A", 0.05, 2.0, 2.2]])).toMatchObject({ verdict: "within the spread" });
    expect(judge([dense, ["A", 0.05, 2.2, 2.4]])).toMatchObject({ verdict: "does not hold" });
    expect(judge([dense, ["A", 0.05, 2.01]])).toMatchObject({
      verdict: "undecided",
      evidence: expect.stringContaining("A single run on at least one side: how much seeds differ is not known."),
    });
  });

  test("takes the nearest proportion in the range, of two equally near the smaller", () => {
    const results: Results = [
      ["nokernel", 1, 2],
      ["A", 0.04, 1],
      ["A", 0.0625, 3],
      ["A", 0.07, 3],
    ];
    expect(judge(results)).toMatchObject({ verdict: "not measured", evidence: "" });
    expect(judge(results, [0.04, 0.0625])).toMatchObject({ verdict: "not measured" });
    expect(judge(results, [0.039, 0.063])).toMatchObject({
      verdict: "holds",
      evidence: expect.stringMatching(/^At 4\.0% learned/),
    });
  });

  test("is not measured without the dense network", () => {
    expect(judge([["A", 0.05, 2]])).toMatchObject({ verdict: "not measured" });
  });
});

test("noHigher: by no more than an allowance", () => {
  const points = pointsIn(
    sweepFrom([
      ["A", 0.25, 38.3, 38.7],
      ["A", 1, 37, 37.2],
    ]),
  )("A");
  const claim = (most: number) =>
    noHigher("x", pointAt(points, 0.25), pointAt(points, 1), {
      by: "paper",
      name: "At 25%",
      otherName: "at 100%",
      most,
    });
  expect(claim(1.5)).toEqual({
    claim: "x",
    by: "paper",
    verdict: "holds",
    evidence:
      "At 25% 38.50 ± 0.28% (2 seeds), at 100% 37.10 ± 0.14% (2 seeds): +1.40 points. By seed: +1.30, +1.50. The seeds' standard deviation is 0.22 points.",
  });
  expect([claim(1.4).verdict, claim(1.2).verdict, claim(1.1).verdict]).toEqual([
    "holds",
    "within the spread",
    "does not hold",
  ]);
});

test("nothing is judged if the dense network has hardly learned", () => {
  const claims = [{ claim: "x", by: "paper", verdict: "holds", evidence: "y" }] as const;
  const dense = (percent: number) => sweepFrom([["nokernel", 1, percent]]).dense[0];
  expect(unlessUntrained(dense(79), claims)).toEqual(claims);
  expect(unlessUntrained(undefined, claims)).toEqual(claims);
  expect(unlessUntrained(dense(86), claims)).toEqual([
    {
      claim: "x",
      by: "paper",
      verdict: "not measured",
      evidence: "The dense network still has an error of 86.00% (1 seed): train longer, or on more images.",
    },
  ]);
});
