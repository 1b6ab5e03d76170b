import { networkRecordOf } from "@weightcast/runs/testing";
import { expect, test } from "vitest";
import { sweepFrom } from "../../testing/sweep";
import { largeKernelsClaims } from "./claims";

/** Made-up record; a narrower network predicts nothing. */
const recordOf: typeof networkRecordOf = (method, error, options) => {
  if (!method.startsWith("narrower")) return networkRecordOf(method, error, options);
  const record = networkRecordOf("nokernel", error, options);
  return { ...record, id: `${record.id} ${method}`, spec: { ...record.spec, label: method } };
};

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
      recordOf,
    ),
  );
  const of = (method: string) => claims.filter(({ claim }) => claim.startsWith(method)).map(({ verdict }) => verdict);
  expect(claims.every(({ by }) => by === "us")).toBe(true);
  // 12 weights: dense, narrower; 6: dense, narrower, which was not run; then random atoms.
  expect(of("DCT")).toEqual(["holds", "holds", "does not hold", "not measured", "holds"]);
  expect(of("SE")).toEqual(Array(5).fill("not measured"));
});
