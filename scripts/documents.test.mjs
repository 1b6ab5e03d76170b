// Runs every ```ts block of the READMEs and guides as a reader would: in a project outside the repository in which exactly the document's
// install lines are installed, from packed packages. The blocks of all documents run one after another in one Node process, because loading
// TensorFlow.js takes longer than most of them; with `npm run sweep`, each in its own. Run `npm run build` and `npm run types` first.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { blocks, documents } from "./lib/blocks.mjs";
import { imported, installLines, neededPeers } from "./lib/install-lines.mjs";
import { installProjects } from "./lib/readers-projects.mjs";
import { run, tool, tsc } from "./lib/run.mjs";
import { root } from "./lib/workspace.mjs";

const scratch = realpathSync(mkdtempSync(join(tmpdir(), "weightcast-documents-")));
const preload = pathToFileURL(join(root, "scripts/lib/strict-assert.mjs")).href;
const all = documents()
  .map((file) => ({ file, project: projectOf(file), found: blocks(file), install: installLines(read(file)) }))
  .filter(({ found }) => found.length > 0);
/** Whether each block has a process of its own, which finds one that needs what another did, and takes longer. */
const alone = Number(process.env.WEIGHTCAST_SWEEP ?? 1) > 1;
const written = (file, line) => join(scratch, projectOf(file), `line-${line}.mjs`);
/** All blocks in one process: begun by the first test. */
let together;

beforeAll(async () => {
  await installProjects(scratch, all);
  for (const { file, found } of all)
    for (const { line, code } of found) {
      writeFileSync(written(file, line).replace(/mjs$/, "ts"), `${code}\nexport {};\n`);
      writeFileSync(written(file, line), javascript(code, file));
    }
}, 300_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe.each(all)("$file", ({ file, found, install }) => {
  test("its install lines name what its code imports, and the peers of that", () => {
    const direct = new Set(found.flatMap(({ code }) => [...imported(code)]));
    const needed = new Set([...direct, ...[...direct, ...install].flatMap(neededPeers)]);
    expect([...needed].filter((name) => !install.has(name)).sort()).toEqual([]);
  });

  test.each(found)(`${file}:$line runs`, { timeout: 240_000 }, async ({ line }) => {
    together ??= alone ? undefined : runBlocks(all);
    const block = { file, found: [{ line }] };
    const { output, faults } = await (together ?? runBlocks([block]));
    const path = written(file, line);
    if (faults[path] === null) return;
    // Once more for the lines of the document: the maps of all packages take time to load.
    const mapped = await runBlocks([alone ? block : { file, found }], "--enable-source-maps");
    expect.fail(`the block of ${file}:${line} fails:\n${mapped.faults[path] ?? faults[path] ?? output}`);
  });
});

// Under NodeNext, the stricter, the packages' declarations are checked, too, because a reader's compiler may not skip them. Others'
// have faults of their own. TypeScript 7 takes a fifth of the time.
test.each([
  ["NodeNext", "7", tsc],
  ["Bundler", "5.9", (...args) => tool("tsc", ...args)],
])("every block is valid TypeScript: %s, by TypeScript %s", { timeout: 120_000 }, async (resolution, _, compiler) => {
  const config = join(scratch, `tsconfig.${resolution}.json`);
  writeFileSync(config, JSON.stringify(typescript(resolution)));
  const { output } = await run(compiler("-p", config, "--pretty", "false"), { cwd: scratch });
  const ours = output.replace(/^(?:\S*\/)?node_modules\/\.pnpm\/(?!@weightcast).*\n(?: .*\n)*/gm, "");
  const located = ours.replace(/^(\S+?)\/line-\d+\.ts\((\d+),(\d+)\)/gm, (_, project, line, column) => {
    return `${all.find((one) => one.project === project)?.file}:${line}:${column}`;
  });
  expect(located).toBe("");
});

test("the guide's dictionary is a package that passes the command line's check", { timeout: 60_000 }, async () => {
  const guide = "apps/docs/guide/write-a-dictionary.md";
  const folder = join(scratch, projectOf(guide), "my-bumps");
  mkdirSync(folder);
  const [code] = blocks(guide).map((block) => javascript(block.code, guide));
  const [, manifest] = /```json\n(.*?)```/s.exec(read(guide));
  writeFileSync(join(folder, "index.js"), code);
  writeFileSync(join(folder, "package.json"), manifest);
  const check = ["dictionary", "check", "./my-bumps", "--options", '{"width": 2}'];
  const command = [process.execPath, join(root, "apps/cli/dist/weightcast.js"), ...check];
  const { code: exit, output } = await run(command, { cwd: join(folder, "..") });
  expect(exit, output).toBe(0);
});

/** Output of a process that runs blocks of documents, and the fault of each: null for none, undefined if it was not reached. */
async function runBlocks(documents, ...flags) {
  const results = join(scratch, "results.json");
  rmSync(results, { force: true });
  const files = documents.flatMap(({ file, found }) => found.map(({ line }) => written(file, line)));
  const runner = join(root, "scripts/lib/run-blocks.mjs");
  const command = [process.execPath, ...flags, "--import", preload, runner, results, ...files];
  const { output } = await run(command, { cwd: scratch });
  return { output, faults: existsSync(results) ? JSON.parse(readFileSync(results, "utf8")) : {} };
}

/** Strict configuration of a reader's project; examples may have unused names. */
const typescript = (resolution) => ({
  extends: join(root, "tsconfig.base.json"),
  compilerOptions: {
    noEmit: true,
    noUnusedLocals: false,
    skipLibCheck: resolution !== "NodeNext",
    lib: ["ES2023", "DOM"],
    module: resolution === "Bundler" ? "ESNext" : resolution,
    moduleResolution: resolution,
    typeRoots: [join(root, "node_modules/@types")],
  },
  include: ["*/line-*.ts"],
});

/** Text of a document. */
function read(file) {
  return readFileSync(join(root, file), "utf8");
}

/** Folder of a document's project. */
function projectOf(file) {
  return file.replace(/\.md$/, "").replaceAll("/", "-").toLowerCase();
}

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
