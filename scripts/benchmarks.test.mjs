// Runs Weightcast's half of the benchmark with the built packages, for one short round. Run `npm run build` first.

import { join } from "node:path";
import { expect, test } from "vitest";
import { run } from "./lib/run.mjs";
import { root } from "./lib/workspace.mjs";

test("npm run bench, for Weightcast", { timeout: 120_000 }, async () => {
  const options = "--only weightcast --variants factorized,prepared --rounds 1 --seconds 0.05".split(" ");
  const { code, output } = await run([process.execPath, join(root, "benchmarks/node.mjs"), ...options]);
  expect(code, output).toBe(0);
  for (const heading of ["factorized, 5% learned", "computed once"]) expect(output).toContain(heading);
  expect(output).toMatch(/^\| Weightcast, compiled +\| \d/m);
});

test("npm run bench:fit, for one small model and one engine", { timeout: 120_000 }, async () => {
  const options = ["--models", "two-tower", "--only", "weightcast,wasm", "--rounds", "1", "--seconds", "0.05"];
  const { code, output } = await run([process.execPath, join(root, "benchmarks/fit.mjs"), ...options]);
  expect(code, output).toBe(0);
  expect(output).toMatch(/^\| two towers, recommendation, batch 256 +\| \d/m);
  expect(output).toMatch(/^model\.fit, wasm: [\d.]+ × on the median of 1 models/m);
});
