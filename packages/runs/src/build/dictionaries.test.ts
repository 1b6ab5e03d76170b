import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { loadDictionaries } from "./dictionaries";

const source = `globalThis.weightcastLoaded = true; export default { name: "a", needs: "domain", create() {} };`;

test("only packages and paths are loaded: a URL's code does not run", async () => {
  const folder = await mkdtemp(join(tmpdir(), "weightcast-use-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "mine.mjs"), source);
  const load = (from: string) => loadDictionaries(from, folder);
  for (const url of [`data:text/javascript,${source}`, pathToFileURL(join(folder, "mine.mjs")).href, "node:fs"]) {
    const loading = load(url);
    await expect(loading).rejects.toThrow(TypeError);
    await expect(loading).rejects.toThrow(`can't load ${url}: it must be the name of an npm package, or a path`);
  }
  await expect(load("fs")).rejects.toThrow("can't load fs: it is node:fs, not a package's file");
  await expect(load(".")).rejects.toThrow(`can't load .: ${folder} is not a package: it has no package.json`);
  expect("weightcastLoaded" in globalThis).toBe(false);
  expect((await load("./mine.mjs")).map(({ name }) => name)).toEqual(["a"]);
  expect("weightcastLoaded" in globalThis).toBe(true);
});
