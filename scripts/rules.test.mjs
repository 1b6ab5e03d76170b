// Checks that the linters' rules work: puts forbidden code in a scratch copy and checks what they report.

import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { blocks } from "./lib/blocks.mjs";
import { run, tool } from "./lib/run.mjs";
import { root } from "./lib/workspace.mjs";

const scratches = [];
afterEach(() => {
  for (const folder of scratches.splice(0)) rmSync(folder, { recursive: true });
});

test("Math.random is forbidden in every form", { timeout: 60_000 }, async () => {
  const folder = copy("biome.json", "scripts/no-math-random.grit");
  const forbidden = [
    "Math.random()",
    "Math['random']()",
    "[3].map(Math.random)",
    "const { random } = Math",
    "globalThis.Math.random()",
  ];
  for (const [i, code] of forbidden.entries()) put(folder, `forbidden-${i}.ts`, `${code};\n`);
  put(folder, "allowed.ts", "export const random = (seed: number) => Math.sin(seed);\n");
  const { output } = await run(tool("biome", "lint", "--vcs-enabled=false", "--colors=off", "--max-diagnostics=100"), {
    cwd: folder,
  });
  for (const i of forbidden.keys())
    expect(output, forbidden[i]).toMatch(
      new RegExp(`forbidden-${i}\\.ts:\\d+:\\d+ plugin[\\s\\S]{0,400}Unseeded randomness`),
    );
  expect(output).not.toContain("allowed.ts");
});

test("imports against the directions of the packages are forbidden", { timeout: 180_000 }, async () => {
  const forbidden = [
    ["packages/core", "@weightcast/dictionary-kernel", "directions: packages/core"],
    ["packages/core", "@weightcast/training", "directions: packages/core"],
    ["packages/dictionary", "@weightcast/core", "directions: packages/dictionary"],
    [
      "packages/dictionary-kernel",
      "@weightcast/dictionary-random",
      "directions: packages/dictionary-(?!autoencoder/)[^/]+",
    ],
    ["packages/dictionary-autoencoder", "@weightcast/dictionary-kernel", "directions: packages/dictionary-autoencoder"],
    ["packages/models", "@weightcast/dictionary-random", "directions: packages/models"],
    ["packages/models", "@weightcast/training", "directions: packages/models"],
    ["packages/training", "@weightcast/runs", "directions: packages/training"],
    ["packages/runs", "@weightcast/report", "directions: packages/runs"],
    ["packages/runs", "@weightcast/experiments", "directions: packages/runs"],
    ["packages/report", "@weightcast/experiments", "directions: packages/report"],
    ["packages/report", "@weightcast/dictionary-kernel", "directions: packages/report"],
    ["packages/models/src/plans", "@tensorflow/tfjs-layers", "no TensorFlow.js here"],
    ["packages/runs/src/spec", "@tensorflow/tfjs-core", "no TensorFlow.js here"],
    ["packages/training", "@weightcast/dictionary-kernel", "directions: packages/training"],
    ["packages/backend", "@weightcast/dictionary", "directions: packages/(?:backend|compile)"],
    ["packages/datasets", "@weightcast/dictionary/testing", "directions: packages/(?:datasets|tensorboard)"],
    ["packages/random", "@weightcast/dictionary", "directions: packages/(?:disk|random|types)"],
    ["packages/types", "@weightcast/random", "directions: packages/(?:disk|random|types)"],
    ["packages/experiments", "../../../apps/cli/src/index", "directions: packages/experiments"],
    ["packages/core", "../../dictionary/src/contract", "across packages by name only"],
    ["packages/datasets", "@tensorflow/tfjs-core", "no TensorFlow.js here"],
    ["packages/core", "./forbidden-loop", "no cycles"],
    ["packages/core", "@weightcast/nothing", "resolvable"],
    ["packages/stranger", "@weightcast/dictionary", "folder without directions"],
  ];
  const allowed = [
    ["packages/core", "@weightcast/random"],
    ["packages/models", "@weightcast/core"],
    ["packages/training", "@weightcast/datasets/node"],
    ["packages/dictionary-autoencoder", "@weightcast/training"],
    ["packages/runs", "@weightcast/dictionary-kernel"],
    ["packages/report", "@weightcast/runs/spec"],
    ["packages/experiments", "@weightcast/report/claims"],
    ["apps/cli", "@weightcast/experiments"],
  ];
  const folder = copy(
    "packages",
    "apps/cli",
    ".dependency-cruiser.cjs",
    "tsconfig.json",
    "tsconfig.base.json",
    "scripts/lib/aliases.cjs",
  );
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const name of ["datasets", "core"])
    symlinkSync(join(root, "packages/core/node_modules"), join(folder, `packages/${name}/node_modules`));
  const inject = (list, name) =>
    list.map(([from, to], i) => {
      const file = `${from}/src/${name}-${i}.ts`;
      put(folder, file, `import * as x from "${to}";\nexport default x;\n`);
      return file;
    });
  const loop = forbidden.findIndex(([, to]) => to === "./forbidden-loop");
  put(folder, "packages/core/src/forbidden-loop.ts", `export * from "./forbidden-${loop}";\n`);

  // These files, and what they import, which is not read.
  const files = [...inject(forbidden, "forbidden"), ...inject(allowed, "allowed")];
  const { output } = await run(
    tool(
      ...["depcruise", ...files, "--config", ".dependency-cruiser.cjs", "--output-type", "json"],
      ...["--do-not-follow", "node_modules|^(packages|apps)/(?!.*/(forbidden|allowed)-[^/]+$)"],
    ),
    { cwd: folder },
  );
  const { violations } = JSON.parse(output).summary;
  const rulesOf = (file) => violations.filter(({ from }) => from === file).map(({ rule }) => rule.name);
  for (const [i, [from, to, rule]] of forbidden.entries())
    expect(rulesOf(`${from}/src/forbidden-${i}.ts`), `${from} imports ${to}`).toContain(rule);
  for (const [i, [from, to]] of allowed.entries())
    expect(rulesOf(`${from}/src/allowed-${i}.ts`), `${from} imports ${to}`).toEqual([]);
});

test("the blocks of a document keep their line numbers", () => {
  const text =
    "# x\n\n```ts\nconst a = 1;\n```\n\n```sh\nnpm i\n```\n\n````md\n```ts\nnot run\n```\n````\n\n```ts\nb\n```\n";
  const found = blocks("x.md", text);
  expect(found.map(({ line }) => line)).toEqual([3, 17]);
  expect(found[0].code.split("\n")[3]).toBe("const a = 1;");
  expect(() => blocks("x.md", "```ts\n")).toThrow("x.md:1: this code block does not end");
});

/** Creates a scratch folder with files and folders of the repository, without anything that was installed or built. */
function copy(...paths) {
  const folder = mkdtempSync(join(tmpdir(), "weightcast-rules-"));
  scratches.push(folder);
  const filter = (source) => !/\/(node_modules|dist)$/.test(source);
  for (const path of paths) cpSync(join(root, path), join(folder, path), { recursive: true, filter });
  return folder;
}

function put(folder, path, text) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
