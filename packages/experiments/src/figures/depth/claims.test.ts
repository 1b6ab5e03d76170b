import { expect, test } from "vitest";
import { recordBesideNarrower } from "../../testing/narrower";
import { sweepFrom } from "../../testing/sweep";
import { depthClaims } from "./claims";

test("6 and 3 of 9 weights, against the dense network, a narrower one, and random atoms; all claims are ours", () => {
  const claims = depthClaims(
    sweepFrom(
      [
        ["narrower 33.3%", 1, 45, 46],
        ["nokernel", 1, 40, 41],
        ["DCT", 6 / 9, 40, 40],
        ["DCT", 3 / 9, 42, 43],
        ["SE", 3 / 9, 47, 48],
        ["RandFixU", 3 / 9, 44, 44],
      ],
      recordBesideNarrower,
    ),
  );
  const of = (method: string) => claims.filter(({ claim }) => claim.startsWith(method)).map(({ verdict }) => verdict);
  expect(claims.every(({ by }) => by === "us")).toBe(true);
  // 6 weights: dense, narrower, which was not run; 3: dense, narrower; random atoms.
  expect(of("DCT")).toEqual(["holds", "not measured", "does not hold", "holds", "holds"]);
  expect(of("SE")).toEqual(["not measured", "not measured", "does not hold", "does not hold", "does not hold"]);
  expect(of("Gauss")).toEqual([]);
});

test("with distillation, against fewer filters with distillation", () => {
  const claims = depthClaims(
    sweepFrom(
      [
        ["nokernel", 1, 40, 41],
        ["narrower 33.3%", 1, 45, 46],
        ["narrower-distill 33.3%", 1, 41, 42],
        ["DCT-distill", 3 / 9, 42, 43],
      ],
      recordBesideNarrower,
    ),
  );
  const verdicts = claims.filter(({ claim }) => /^DCT-distill with 3/.test(claim)).map(({ verdict }) => verdict);
  expect(verdicts).toEqual(["does not hold", "does not hold"]);
});
