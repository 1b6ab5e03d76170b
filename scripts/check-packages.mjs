#!/usr/bin/env node
// Packs every public package as npm would publish it, and checks the tarball with publint and attw.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pnpm, run, tool } from "./lib/run.mjs";
import { packages } from "./lib/workspace.mjs";

const scratch = mkdtempSync(join(tmpdir(), "weightcast-pack-"));
const todo = packages().filter(({ manifest }) => !manifest.private);
const problems = [];
try {
  await pack();
  const queue = todo.flatMap((one) => [() => publint(one), () => attw(one)]);
  const worker = async () => {
    while (queue.length > 0) await queue.shift()();
  };
  await Promise.all([worker(), worker()]);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (problems.length > 0) {
  console.error(problems.join("\n\n"));
  process.exitCode = 1;
} else console.log(`${todo.length} packages: publint and attw find no problems`);

async function pack() {
  const filters = todo.map(({ name }) => `--filter=${name}`);
  const { code, output } = await run(pnpm("--recursive", ...filters, "pack", "--pack-destination", scratch));
  if (code) throw new Error(`pnpm pack failed:\n${output}`);
}

async function publint(one) {
  await report(one, tool("publint", "run", tarball(one), "--strict"));
}

async function attw(one) {
  // A command without a library has no types that anybody uses.
  if (one.manifest.exports?.["."])
    await report(one, tool("attw", tarball(one), "--profile", "esm-only", "--no-definitely-typed"));
}

async function report({ name }, command) {
  const { code, output } = await run(command, { env: { NO_COLOR: "1" } });
  if (code) problems.push(`${name}: ${basename(command[1])}\n${output.trim()}`);
}

function tarball({ name, manifest }) {
  return join(scratch, `${name.replace("@", "").replace("/", "-")}-${manifest.version}.tgz`);
}
