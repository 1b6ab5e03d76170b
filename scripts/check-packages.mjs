#!/usr/bin/env node
// Packs every public package as npm would publish it, and checks the tarball with publint and attw.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { pack, published } from "./lib/pack.mjs";
import { root } from "./lib/workspace.mjs";

const tools = createRequire(join(root, "tools/package.json"));
const load = (name) => import(pathToFileURL(tools.resolve(name)).href);
const { checkPackage, createPackageFromTarballData } = await load("@arethetypeswrong/core");
const { problemAffectsResolutionKind } = await load("@arethetypeswrong/core/problems");
const { publint } = await load("publint");
const { formatMessage } = await load("publint/utils");

const scratch = mkdtempSync(join(tmpdir(), "weightcast-pack-"));
const problems = [];
try {
  const tarballs = await pack(scratch);
  for (const { name, manifest } of published()) {
    const tarball = readFileSync(tarballs.get(name));
    const found = [...(await publinted(tarball)), ...(await attw(tarball))];
    problems.push(...found.map((problem) => `${name} ${manifest.version}: ${problem}`));
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exitCode = 1;
} else console.log(`${published().length} packages: publint and attw find no problems`);

async function publinted(data) {
  const tarball = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
  const { messages, pkg } = await publint({ strict: true, pack: { tarball } });
  return messages.map((message) => `publint: ${formatMessage(message, pkg)}`);
}

/** Problems of the types for those who import a package from an ES module: with Node's rules, or a bundler's. */
async function attw(data) {
  const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(data)));
  if (!analysis.types) return ["attw: no types"];
  return analysis.problems
    .filter((problem) =>
      ["node16-esm", "bundler"].some((kind) => problemAffectsResolutionKind(problem, kind, analysis)),
    )
    .map((problem) => `attw: ${JSON.stringify(problem)}`);
}
