#!/usr/bin/env node
// npm test: everything that CI runs.

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { install, seconds, tool, turbo } from "./lib/run.mjs";
import { runSteps } from "./lib/steps.mjs";
import { checkNode } from "./lib/workspace.mjs";

checkNode();
const start = performance.now();
const scratch = mkdtempSync(join(tmpdir(), "weightcast-test-"));
const results = join(scratch, "tests.json");
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));
const script = (name, ...args) => [process.execPath, `scripts/${name}.mjs`, ...args];

// The other steps use what the first one installs.
const ended = await runSteps([{ name: "install", ...install() }]);
if (ended[0].code === 0) ended.push(...(await runSteps(checks())));

for (const { name, code, time, step } of ended)
  console.log(`${code ? (step.mayFail ? "! " : "✗ ") : "✓ "}${name.padEnd(12)} ${time.padStart(8)}`);
console.log(`  ${"total".padEnd(12)} ${seconds(start).padStart(8)}`);
const failed = ended.some(({ code, step }) => code && !step.mayFail);
const counts = tests();
if (counts) console.log(counts);
process.exitCode = failed ? 1 : 0;

/** The slowest first: the site waits for the build. */
function checks() {
  return [
    { name: "native", command: script("native"), mayFail: true, shows: lastLine },
    { name: "build", command: turbo("run", "build") },
    { name: "site", command: [process.execPath, "apps/docs/scripts/build.mjs"], after: ["build"] },
    { name: "lockfile", command: script("check-lockfile") },
    { name: "lint", command: tool("biome", "check", "--error-on-warnings", "--colors=off") },
    { name: "types", command: script("types") },
    { name: "directions", command: tool("depcruise", "packages", "apps/cli", "--config", ".dependency-cruiser.cjs") },
    { name: "knip", command: tool("knip", "--no-config-hints") },
    {
      name: "tests",
      command: tool("vitest", "run", "--reporter=default", "--reporter=json", `--outputFile.json=${results}`),
      env: { NO_COLOR: "1" },
      after: ["native", "build", "types", "site"],
      alone: true,
      shows: (output) => output.match(/^( *(Test Files|Tests) |NOTHING IS TESTED ).*$/gm)?.join("\n"),
    },
    { name: "packages", command: script("check-packages"), after: ["build", "types"], shows: lastLine },
  ];
}

function lastLine(output) {
  return `  ${output.trim().split("\n").at(-1)}`;
}

/** Counts of the test run, in the plain form that CI reads. A file that does not load counts as one failure. */
function tests() {
  if (!existsSync(results)) return undefined;
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(readFileSync(results, "utf8"));
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.every((test) => test.status !== "failed"),
  );
  const skipped = numPendingTests ? `, ${numPendingTests} skipped` : "";
  return `${numPassedTests} passed, ${numFailedTests + broken.length} failed${skipped}`;
}
