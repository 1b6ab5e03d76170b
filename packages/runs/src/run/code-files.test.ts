import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { codeFiles } from "./code-files";
import { inputDigest } from "./input-digest";

type Files = Readonly<Record<string, string>>;

async function write(root: string, files: Files): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
}

async function folderWith(files: Files): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "weightcast-code-"));
  onTestFinished(() => rm(root, { recursive: true }));
  await write(root, files);
  return root;
}

const digestIn = (root: string, from: string) => inputDigest({ use: [from], data: { samples: 1, name: "d" } }, root);

/** Package whose entry imports, directly or not, files of several kinds. */
const mine: Files = {
  "mine/package.json": '{ "name": "mine", "type": "module", "exports": "./src/index.js" }',
  "mine/src/index.js": 'import { f } from "./atoms.js"; export * from \'../lib/more.mjs\'; import "../../shared.js";',
  "mine/src/atoms.js": 'export const f = 1; new URL("./table.bin?v=1", import.meta.url);',
  "mine/src/table.bin": "1 2 3",
  "mine/lib/more.mjs": 'const { g } = require("./deep");',
  "mine/lib/deep.cjs": "exports.g = 2;",
  "mine/data/scale.json": '{ "scale": 2 }',
  "shared.js": "export const shared = 3;",
};
/** Files that are no code of the package. */
const others: Files = {
  "mine/README.md": "about",
  "mine/node_modules/dep/index.js": "1",
  "mine/.cache/x.js": "1",
  "unrelated.js": "1",
};

test.each(Object.keys(mine))("a change in %s changes a run's identity", async (file) => {
  const root = await folderWith({ ...mine, ...others });
  const before = await digestIn(root, "./mine");
  const text = mine[file]!;
  await write(root, { [file]: text.endsWith("}") ? `${text} ` : `${text}4` });
  expect(await digestIn(root, "./mine")).not.toBe(before);
  await write(root, { [file]: text });
  expect(await digestIn(root, "./mine")).toBe(before);
});

test("what is not the package's code does not count, nor where it lies", async () => {
  const root = await folderWith({ ...mine, ...others });
  const before = await digestIn(root, "./mine");
  await write(root, Object.fromEntries(Object.keys(others).map((file) => [file, "other"])));
  expect(await digestIn(root, "./mine")).toBe(before);
  await rename(join(root, "mine"), join(root, "moved"));
  expect(await digestIn(root, "./moved")).toBe(before);
  expect(await digestIn("/", join(root, "moved"))).toBe(before);
});

test("an added, a renamed and a removed file count", async () => {
  const root = await folderWith(mine);
  const before = await digestIn(root, "./mine");
  await rename(join(root, "mine/data/scale.json"), join(root, "mine/data/scales.json"));
  const renamed = await digestIn(root, "./mine");
  await rm(join(root, "mine/data/scales.json"));
  const removed = await digestIn(root, "./mine");
  await write(root, { "mine/data/a.js": "", "mine/data/scale.json": mine["mine/data/scale.json"]! });
  expect(new Set([before, renamed, removed, await digestIn(root, "./mine")]).size).toBe(4);
});

test("a package by its name, installed or linked: all of its own code, from its manifest on", async () => {
  const installed = Object.fromEntries(
    Object.entries(mine).map(([file, text]) => [`node_modules/${file}`, text] as const),
  );
  const root = await folderWith({ ...installed, "node_modules/mine/src/package.json": '{ "type": "module" }' });
  const names = (await codeFiles("mine", root)).map(({ name }) => name);
  expect(names).toEqual([
    "../shared.js",
    "data/scale.json",
    "lib/deep.cjs",
    "lib/more.mjs",
    "package.json",
    "src/atoms.js",
    "src/index.js",
    "src/package.json",
    "src/table.bin",
  ]);
  const linked = await folderWith({ ...mine, "mine/src/package.json": '{ "type": "module" }' });
  await mkdir(join(linked, "node_modules"));
  await symlink(join(linked, "mine"), join(linked, "node_modules/mine"));
  expect((await codeFiles("mine", linked)).map(({ name }) => name)).toEqual(names);
});

test("a file by its path: it, and the files that it names, also in circles", async () => {
  const root = await folderWith({
    "a.mjs": "import './b.mjs'; import `./c.mjs`; import './absent.mjs';",
    "b.mjs": 'import "./a.mjs";',
    "c.mjs": "",
    "d.mjs": "",
  });
  const names = async (from: string) => (await codeFiles(from, root)).map(({ name }) => name);
  expect(await names("./a.mjs")).toEqual(["a.mjs", "b.mjs", "c.mjs"]);
  expect(await names("./d.mjs")).toEqual(["d.mjs"]);
  for (const absent of ["./absent.mjs", "absent", "data:text/javascript,1"]) expect(await names(absent)).toEqual([]);
});
