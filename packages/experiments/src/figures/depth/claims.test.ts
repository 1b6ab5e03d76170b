import { networkRecordOf } from "@weightcast/runs/testing";
import { expect, test } from "vitest";
import { sweepFrom } from "../../testing/sweep";
import { depthClaims } from "./claims";

test("2, 3 and 5 of 9 weights learned, and other dictionaries; all claims are ours", () => {
  const claims = depthClaims(
    sweepFrom(
      [
        ["nokernel", 1, 40, 41],
        ["SE", 2 / 9, 45, 46],
        ["SE", 0.3333, 40, 40],
        ["RandFixU", 2 / 9, 44, 44],
      ],
      networkRecordOf,
    ),
  );
  expect(claims.map(({ by, verdict }) => [by, verdict])).toEqual([
    ["us", "does not hold"],
    ["us", "holds"],
    ["us", "not measured"],
    ["us", "does not hold"],
  ]);
});
