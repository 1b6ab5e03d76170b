import { networkRecordOf } from "@weightcast/runs/testing";
import { expect, test } from "vitest";
import { onCurves, type Results, sweepFrom } from "../../testing/sweep";
import { fig5Claims } from "./claims";
import { fig5Paper } from "./paper";

const claimsOf = (results: Results) => fig5Claims(sweepFrom(results, networkRecordOf));

const measured: Results = [
  ["nokernel", 1, 38.5, 38.9],
  ["SE", 0.25, 38.3, 38.7],
  ["SE", 0.5, 39, 39.4],
  ["SE", 1, 38, 38.2],
];

test("the paper's claim is one that its own curve shows; claims about the dense network are ours", () => {
  const claims = claimsOf(onCurves(fig5Paper.curves, [0.25, 0.5, 0.75, 1]));
  expect(claims.map(({ by, verdict }) => [by, verdict])).toEqual([
    ["paper", "holds"],
    ["us", "not measured"],
  ]);
});

test("claims are judged by the means, and compared with how much seeds differ", () => {
  expect(claimsOf(measured)).toEqual([
    {
      claim:
        "SE with 25% learned has a test error at most 1.5 points higher than SE with all learned, the paper's difference",
      by: "paper",
      verdict: "holds",
      evidence:
        "At 25% 38.50 ± 0.28% (2 seeds), at 100% 38.10 ± 0.14% (2 seeds): +0.40 points. By seed: +0.30, +0.50. The seeds' standard deviation is 0.22 points.",
    },
    {
      claim: "SE with 25% learned has a test error no higher than the dense network's",
      by: "us",
      verdict: "holds",
      evidence:
        "At 24.9% learned (25.0% asked for) 38.50 ± 0.28% (2 seeds), dense 38.70 ± 0.28% (2 seeds): −0.20 points. By seed: −0.20, −0.20. The seeds' standard deviation is 0.28 points.",
    },
  ]);
});

test("a higher error of a single run decides nothing", () => {
  const [first, second] = claimsOf([
    ["nokernel", 1, 38.5],
    ["SE", 0.25, 38.51],
  ]);
  expect(first).toMatchObject({ verdict: "not measured" });
  expect(second).toMatchObject({ verdict: "undecided", evidence: expect.stringContaining("A single run") });
});

test("nothing is judged of networks that have hardly learned", () => {
  const claims = claimsOf([
    ["nokernel", 1, 86],
    ["SE", 0.25, 84],
  ]);
  expect(new Set(claims.map(({ verdict }) => verdict))).toEqual(new Set(["not measured"]));
});

test("below 25%, where the paper's curve ends, and against other dictionaries, the claims are ours", () => {
  const claims = claimsOf([
    ...measured,
    ["SE", 0.125, 39, 38.5],
    ["SE", 0.06, 45, 46],
    ["RandFixU", 0.25, 39, 39],
    ["RandFixU", 1, 30, 30],
  ]);
  expect(claims.slice(2).map(({ claim, by, verdict }) => [claim, by, verdict])).toEqual([
    ["SE is below RandFixU wherever weights are predicted", "us", "holds"],
    ["SE with 6.0% asked for has a test error no higher than the dense network's", "us", "does not hold"],
    ["SE with 12.5% asked for has a test error no higher than the dense network's", "us", "within the spread"],
  ]);
});
