// Entries that must load at once, such as those that `weightcast --help` needs: they load no TensorFlow.js, no runtime, no plots.
// `npm run build` comes first.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { packages, root } from "./lib/workspace.mjs";

const light = [
  "@weightcast/models/plans",
  "@weightcast/datasets/catalog",
  "@weightcast/training/names",
  "@weightcast/backend/names",
  "@weightcast/files/types",
  "@weightcast/runs/spec",
  "@weightcast/runs/record",
  "@weightcast/report/claims",
  "@weightcast/experiments",
];
const heavy = /^(@tensorflow\/|onnxruntime|@observablehq\/|linkedom|fast-png|ml-matrix|fft\.js|sharp|modern-tar|node:)/;

test.each(light)("%s imports nothing heavy before it is used", (name) => {
  const found = new Set();
  follow(name, found);
  expect([...found].filter((imported) => heavy.test(imported))).toEqual([]);
  expect(found.size).toBeGreaterThan(0);
});

/** Collects what an entry of a package imports statically, through its built files and those of other packages. */
function follow(name, found) {
  const [scope, short, ...path] = name.split("/");
  const { folder, manifest } = packages().find((one) => one.name === `${scope}/${short}`);
  const entry = manifest.exports[path.length === 0 ? "." : `./${path.join("/")}`];
  read(join(root, folder, entry.default ?? entry.node), found);
}

function read(file, found) {
  if (found.has(file)) return;
  found.add(file);
  // tsup writes an import a line: import … from "x"; import "x"; export … from "x".
  for (const [, specifier] of readFileSync(file, "utf8").matchAll(
    /^(?:import|export)\b[^"';]*?["']([^"']+)["'];?$/gm,
  )) {
    if (specifier.startsWith(".")) read(join(dirname(file), specifier), found);
    else if (specifier.startsWith("@weightcast/")) follow(specifier, found);
    else found.add(specifier);
  }
}
