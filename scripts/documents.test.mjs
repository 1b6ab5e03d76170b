// Runs every ```ts block of the READMEs and guides as a reader would, each in its own Node process, with the built packages.
// apps/docs depends on all packages, so the code is put in a folder there. Run `npm run build` first.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { afterAll, describe, expect, test } from "vitest";
import { blocks, documents } from "./lib/blocks.mjs";
import { run, tool } from "./lib/run.mjs";
import { root } from "./lib/workspace.mjs";

const scratch = join(root, "apps/docs/.cache/blocks");
const preload = pathToFileURL(join(root, "scripts/lib/strict-assert.mjs")).href;
const all = documents().map((file) => ({ file, found: blocks(file) }));
const written = (file, line) => join(scratch, `${file.replaceAll("/", "__")}-${line}`);

rmSync(scratch, { recursive: true, force: true });
mkdirSync(scratch, { recursive: true });
for (const { file, found } of all)
  for (const { line, code } of found) {
    writeFileSync(`${written(file, line)}.ts`, `${code}\nexport {};\n`);
    writeFileSync(`${written(file, line)}.mjs`, javascript(code, file));
  }
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe.each(all.filter(({ found }) => found.length > 0))("$file", ({ file, found }) => {
  test.concurrent.each(found)(`${file}:$line runs`, { timeout: 60_000 }, async ({ line }) => {
    const flags = ["--enable-source-maps", "--import", preload];
    const { code, output } = await run([process.execPath, ...flags, `${written(file, line)}.mjs`], { cwd: scratch });
    expect(code, `the block of ${file}:${line} fails:\n${output}`).toBe(0);
  });
});

test("every block is valid TypeScript", { timeout: 120_000 }, async () => {
  writeFileSync(join(scratch, "tsconfig.json"), JSON.stringify(typescript));
  const { output } = await run(tool("tsc", "-p", scratch, "--pretty", "false"));
  const located = output.replace(
    /^.*?([\w.-]+__\S+?|README\.md|CONTRIBUTING\.md)-\d+\.ts\((\d+),(\d+)\)/gm,
    "$1:$2:$3",
  );
  expect(located.replaceAll("__", "/")).toBe("");
});

test("the guide's dictionary is a package that passes the command line's check", { timeout: 60_000 }, async () => {
  const guide = "apps/docs/guide/write-a-dictionary.md";
  const folder = join(scratch, "my-bumps");
  mkdirSync(folder);
  const [code] = blocks(guide).map((block) => javascript(block.code, guide));
  const [, manifest] = /```json\n(.*?)```/s.exec(readFileSync(join(root, guide), "utf8"));
  writeFileSync(join(folder, "index.js"), code);
  writeFileSync(join(folder, "package.json"), manifest);
  const check = ["dictionary", "check", "./my-bumps", "--options", '{"width": 2}'];
  const command = [process.execPath, join(root, "apps/cli/dist/weightcast.js"), ...check];
  const { code: exit, output } = await run(command, { cwd: scratch });
  expect(exit, output).toBe(0);
});

/** Strict configuration with the declarations of the built packages, not their sources; examples may have unused names. */
const typescript = {
  extends: "../../../../tsconfig.base.json",
  compilerOptions: {
    noEmit: true,
    noUnusedLocals: false,
    lib: ["ES2023", "DOM"],
    module: "NodeNext",
    moduleResolution: "NodeNext",
  },
  include: ["*.ts"],
};

/** JavaScript of a block, with a source map to the document. */
function javascript(code, file) {
  const { outputText, sourceMapText } = ts.transpileModule(code, {
    fileName: file,
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, sourceMap: true },
  });
  const map = { ...JSON.parse(sourceMapText), sources: [pathToFileURL(join(root, file)).href] };
  const inline = Buffer.from(JSON.stringify(map)).toString("base64");
  return outputText.replace(
    /\/\/# sourceMappingURL=.*$/m,
    `//# sourceMappingURL=data:application/json;base64,${inline}`,
  );
}
