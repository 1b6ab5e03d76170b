#!/usr/bin/env node
// Checks the types of everything in one run of the compiler, and writes the declarations of each package from it: `dist/ENTRY.d.ts`.

import { existsSync, readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { rollup } from "rollup";
import { dts } from "rollup-plugin-dts";
import { run, tsc } from "./lib/run.mjs";
import { packages, root } from "./lib/workspace.mjs";

/** Where the compiler writes: one file of declarations for each source. */
const emitted = join(root, ".cache/declarations");

rmSync(emitted, { recursive: true, force: true });
const flags = ["--noEmit", "false", "--declaration", "--emitDeclarationOnly", "--rootDir", ".", "--outDir", emitted];
// Two checkers, for two cores; by default there are four, which repeat each other's work.
const { code, output } = await run(tsc(...flags, "--checkers", "2"));
process.stdout.write(output);
if (code) process.exit(code);
// The site's demos and the board's page run in browsers, and so have the types of pages.
for (const folder of ["apps/docs", "packages/board/page"]) {
  const pages = await run(tsc("--noEmit", "-p", folder, "--checkers", "2"));
  process.stdout.write(pages.output);
  if (pages.code) process.exit(pages.code);
}

const all = packages().map(({ folder, manifest }) => ({ folder, entries: entriesOf(folder, manifest) }));
const bundle = await rollup({
  input: Object.fromEntries(all.flatMap(({ entries }) => entries)),
  external: (id) => !/^[./]/.test(id),
  plugins: [dts()],
  onwarn: ({ message }) => {
    throw new Error(`types: ${message}`);
  },
});
for (const { folder, entries } of all) if (entries.length > 0) removeDeclarations(join(root, folder, "dist"));
await bundle.write({
  dir: root,
  entryFileNames: "[name].d.ts",
  chunkFileNames: ({ name, moduleIds }) => `${packageOf(moduleIds)}/dist/${name.replace(/\.d$/, "")}-[hash].d.ts`,
});
await bundle.close();

/** Entry points of a package: name of the declarations in `dist`, without the extension, and the compiler's file. */
function entriesOf(folder, { exports = {} }) {
  return Object.values(exports).flatMap(({ types }) => {
    const name = types?.match(/^\.\/dist\/(.+)\.d\.ts$/)?.[1];
    if (!name) return [];
    const candidates = [`${name}.d.ts`, `${name}/index.d.ts`].map((path) => join(emitted, folder, "src", path));
    const source = candidates.find((path) => existsSync(path));
    if (!source)
      throw new Error(`types: ${folder} exports ${types}, but has neither src/${name}.ts nor src/${name}/index.ts`);
    return [[`${folder}/dist/${name}`, source]];
  });
}

/** Folder of the package that all modules of a chunk are in. */
function packageOf(modules) {
  const folders = new Set(modules.map((id) => relative(emitted, id).split("/", 2).join("/")));
  if (folders.size !== 1) throw new Error(`types: declarations shared by packages: ${modules.join(", ")}`);
  return [...folders][0];
}

function removeDeclarations(folder) {
  for (const name of existsSync(folder) ? readdirSync(folder) : [])
    if (name.endsWith(".d.ts")) rmSync(join(folder, name));
}
