import { expect, test } from "vitest";
import { recordBesideNarrower } from "../../testing/narrower";
import { sweepFrom } from "../../testing/sweep";
import { largeKernelsClaims } from "./claims";

test("against the dense network, and a narrower one of as many numbers; all claims are ours", () => {
  const claims = largeKernelsClaims(
    sweepFrom(
      [
        ["narrower 69.7%", 1, 44, 45],
        ["nokernel", 1, 40, 41],
        ["DCT", 12 / 49, 40, 40],
        ["DCT", 6 / 49, 42, 43],
        ["RandFixU", 12 / 49, 50, 50],
      ],
      recordBesideNarrower,
    ),
  );
  const of = (method: string) => claims.filter(({ claim }) => claim.startsWith(method)).map(({ verdict }) => verdict);
  expect(claims.every(({ by }) => by === "us")).toBe(true);
  // 12 weights: dense, narrower; 6: dense, narrower, which was not run; then random atoms.
  expect(of("DCT")).toEqual(["holds", "holds", "does not hold", "not measured", "holds"]);
  expect(of("SE")).toEqual([]);
});
