#!/usr/bin/env node
// Packs every public package as npm would publish it, and checks the tarball with publint and attw.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pack, published } from "./lib/pack.mjs";
import { run, tool } from "./lib/run.mjs";

const scratch = mkdtempSync(join(tmpdir(), "weightcast-pack-"));
const problems = [];
try {
  const tarballs = await pack(scratch);
  const queue = published().flatMap((one) => [
    () => publint(one, tarballs.get(one.name)),
    () => attw(one, tarballs.get(one.name)),
  ]);
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
} else console.log(`${published().length} packages: publint and attw find no problems`);

async function publint(one, tarball) {
  await report(one, tool("publint", "run", tarball, "--strict"));
}

async function attw(one, tarball) {
  // A command without a library has no types that anybody uses.
  if (one.manifest.exports?.["."])
    await report(one, tool("attw", tarball, "--profile", "esm-only", "--no-definitely-typed"));
}

async function report({ name }, command) {
  const { code, output } = await run(command, { env: { NO_COLOR: "1" } });
  if (code) problems.push(`${name}: ${basename(command[1])}\n${output.trim()}`);
}
