#!/usr/bin/env node
// npm run sweep -- FACTOR [PATH …]: the tests with FACTOR times as many generated cases, kills and mutations.

import { spawnSync } from "node:child_process";
import { tool } from "./lib/run.mjs";

const [factor, ...paths] = process.argv.slice(2);
if (!(Number(factor) >= 1)) {
  console.error(`sweep: give a factor of at least 1, and then paths of tests; got "${factor ?? ""}".
  npm run sweep -- 30 packages/disk packages/runs`);
  process.exit(2);
}
const [program, ...args] = tool("vitest", "run", ...paths);
const { status } = spawnSync(program, args, { stdio: "inherit", env: { ...process.env, WEIGHTCAST_SWEEP: factor } });
process.exit(status ?? 1);
