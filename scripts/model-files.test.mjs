// Model files that Node writes, read in a page of a headless Chromium, with the built packages: U has the same bits there. Run
// `npm run build` first.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundle } from "../benchmarks/browser/bundle.mjs";
import { findChromium, noChromium, openChromium, openPage } from "../benchmarks/browser/chromium.mjs";
import { serve } from "../benchmarks/browser/serve.mjs";

const chromium = findChromium();
const rule = "━".repeat(100);
if (!chromium) console.warn(`\n${rule}\nNO MODEL FILE IS TESTED IN A BROWSER: ${noChromium}\n${rule}\n`);

const recipes = JSON.parse(readFileSync(new URL("../packages/runs/fixtures/atoms.json", import.meta.url), "utf8"));
const titled = recipes.map((recipe) => {
  const { name, domain, options } = recipe;
  return [`${name} [${domain}] ${JSON.stringify(options).slice(0, 60)}`, recipe];
});
const [kernel] = recipes.filter(({ name }) => name === "kernel");
/** Models of every dictionary on every grid, and small ones. */
const models = [
  ...new Map(titled.toReversed().map((one) => [`${one[1].name} ${one[1].domain}`, one])).values(),
  ...["int4", "float16", "codebook16"].map((quantize) => [`kernel, ${quantize}, gzip`, { ...kernel, quantize }]),
];
const timeout = 60_000;

describe.skipIf(!chromium)("in headless Chromium", () => {
  const folder = mkdtempSync(join(tmpdir(), "weightcast-files-"));
  let written;
  let server;
  let browser;
  let page;
  beforeAll(async () => {
    written = await inNode({ recipes: models.map(([, recipe]) => recipe), folder });
    server = await serve({ "/files.js": await bundle("files"), "/models/": folder });
    browser = await openChromium(chromium);
    page = await openPage(browser, server.url, "files");
  }, timeout);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    rmSync(folder, { recursive: true });
  });

  test.each(titled)("the atoms of %s have the same bits as in Node 20", async (_, recipe) => {
    expect(await page.evaluate((recipe) => globalThis.files.digest(recipe), recipe)).toBe(recipe.digest);
  });

  test.each(models.map(([title], i) => [title, i]))("a file of %s gives the same U and outputs", async (_, i) => {
    const { file, atoms, outputs } = written[i];
    const read = await page.evaluate((url) => globalThis.files.read(url), `/models/${file}`);
    expect(read.classes).toEqual(["a"]);
    expect(Buffer.compare(bytesOf(read.atoms), bytesOf(atoms))).toBe(0);
    const largest = Math.max(...outputs.map(Math.abs));
    expect(largest).toBeGreaterThan(0);
    expect(read.outputs).toHaveLength(5 * 12);
    for (const [k, output] of outputs.entries())
      expect(Math.abs(read.outputs[k] - output)).toBeLessThanOrEqual(1e-6 * largest);
  });

  test("a file that is not there is a FileError", async () => {
    const url = "/models/none.safetensors";
    const error = await page.evaluate(
      (url) => globalThis.files.read(url).catch(({ name, code, message }) => ({ name, code, message })),
      url,
    );
    expect(error).toMatchObject({ name: "FileError", code: "FILE_ABSENT", message: expect.stringContaining(url) });
  });
});

function inNode(workerData) {
  const worker = new Worker(new URL("../benchmarks/browser/write-files.mjs", import.meta.url), {
    workerData,
    execArgv: [],
  });
  return new Promise((done, fail) => worker.once("message", done).once("error", fail));
}

const bytesOf = ({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength);
