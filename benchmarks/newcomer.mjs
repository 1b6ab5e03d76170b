#!/usr/bin/env node
// A newcomer's path, as the site's guide "Your own images" has it: from an empty folder to a page that recognizes one's own images.
// usage: npm run build && npm run types && npm run bench:newcomer -- --images FOLDER [--json FILE]
// FOLDER has a folder for each class below train and test. The packages are those of this repository, packed as they would be published. The
// commands and the page's code are read from the guide; the exit code is 1 if one of them fails, or the page and the command line disagree.

import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { installProjects } from "../scripts/lib/readers-projects.mjs";
import { findChromium, noChromium, openChromium } from "./browser/chromium.mjs";
import { serve } from "./browser/serve.mjs";
import { parseOptions } from "./lib/arguments.mjs";
import { aligned } from "./lib/table.mjs";

const given = parseOptions(process.argv.slice(2), { text: ["images", "json"], flags: [] });
if (!given.images) throw new RangeError("--images takes a folder with train/CLASS and test/CLASS");
const chromium = findChromium();
if (!chromium) throw new Error(noChromium);

const guide = await readFile(new URL("../apps/docs/guide/your-images.md", import.meta.url), "utf8");
const blocks = (language) =>
  [...guide.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, "gs"))].map(([, code]) => code);
const [page] = blocks("js");
const commands = blocks("sh")
  .flatMap((code) => code.split("\n"))
  .filter((line) => line.startsWith("weightcast "))
  .map((line) => line.replace(/ #.*/, "").trim());
/** Test images of each class that the page and the command line look at. */
const shown = 5;

const scratch = await mkdtemp(join(tmpdir(), "weightcast-newcomer-"));
const home = join(scratch, "home");
const steps = [];
try {
  await step("npm install", () =>
    installProjects(scratch, [
      {
        project: "home",
        install: [
          "@weightcast/cli",
          "@weightcast/dictionary",
          "@weightcast/dictionary-kernel",
          "@weightcast/files",
          "sharp",
        ].concat(["core", "layers", "backend-cpu"].map((name) => `@tensorflow/tfjs-${name}`)),
      },
    ]),
  );
  await cp(resolve(given.images), join(home, "pets"), { recursive: true, dereference: true });
  const files = await someImages();
  const outputs = {};
  for (const command of commands) outputs[command.split(" ")[1]] = await step(command, () => weightcast(command));
  const expected = classesIn(outputs.predict);
  const answers = await step("the page: built, served, opened, and asked", () => answersOf(files));
  const agree = answers.filter((answer, i) => answer === expected[i]).length;
  const total = steps.reduce((sum, { seconds }) => sum + seconds, 0);
  console.log(aligned([["step", "seconds"], ...steps.map(({ name, seconds }) => [name, seconds.toFixed(1)])]));
  console.log(`${(total / 60).toFixed(1)} minutes; page and command line agree on ${agree} of ${files.length} images`);
  if (agree < files.length) process.exitCode = 1;
  if (given.json)
    await writeFile(
      given.json,
      `${JSON.stringify({ machine: cpus()[0].model, steps, minutes: total / 60, agree, of: files.length }, null, 2)}\n`,
    );
} finally {
  await rm(scratch, { recursive: true, force: true });
}

async function step(name, work) {
  const start = performance.now();
  const result = await work();
  steps.push({ name, seconds: (performance.now() - start) / 1000 });
  return result;
}

/** Copies some test images to `new`. @returns their names, in the order of the command line */
async function someImages() {
  const folder = join(home, "pets/test");
  const names = [];
  for (const name of (await readdir(folder)).sort())
    for (const file of (await readdir(join(folder, name))).sort().slice(0, shown)) {
      await cp(join(folder, name, file), join(home, "new", `${name}-${file}`));
      names.push(`${name}-${file}`);
    }
  return names.sort();
}

async function weightcast(command) {
  const [, ...args] = command.split(" ");
  const bin = join(home, "node_modules/@weightcast/cli/dist/weightcast.js");
  const { stdout } = await promisify(execFile)(process.execPath, [bin, ...args], { cwd: home, maxBuffer: 2 ** 26 });
  return stdout;
}

/** Likeliest classes in the command line's CSV. */
function classesIn(csv) {
  const [head, ...rows] = csv
    .trim()
    .split("\n")
    .map((line) => line.split(","));
  const column = head.indexOf("class_1");
  if (column < 0) throw new Error(`predict --csv has no column class_1: ${head}`);
  return rows.map((row) => row[column]);
}

/** What the guide's page says about the images. */
async function answersOf(files) {
  await writeFile(join(home, "page.js"), page);
  const { outputFiles } = await build({
    ...{
      entryPoints: [join(home, "page.js")],
      bundle: true,
      format: "esm",
      minify: true,
      write: false,
      platform: "browser",
    },
    logLevel: "error",
  });
  const server = await serve({
    "/page.js": outputFiles[0].text,
    "/pets.safetensors": await readFile(join(home, "pets.safetensors")),
    ...Object.fromEntries(
      await Promise.all(files.map(async (file) => [`/new/${file}`, await readFile(join(home, "new", file))])),
    ),
  });
  const browser = await openChromium(chromium);
  try {
    const tab = await browser.newPage();
    await tab.goto(server.url);
    return await tab.evaluate(
      async ([code, names]) => {
        const { classOf } = await import(code);
        const classes = [];
        for (const name of names) {
          const picture = new Image();
          picture.src = `/new/${name}`;
          await picture.decode();
          classes.push(classOf(picture));
        }
        return classes;
      },
      ["/page.js", files],
    );
  } finally {
    await browser.close();
    await server.close();
  }
}
