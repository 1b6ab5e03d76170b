import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const variables = ["CHROMIUM_PATH", "CHROME_PATH"];

/**
 * Finds the Chromium of this machine: the one in $CHROMIUM_PATH or $CHROME_PATH, else the first on the PATH.
 * @returns its path, or `undefined` if there is none
 */
export function findChromium(env = process.env) {
  const named = variables.map((name) => env[name]).filter(Boolean);
  const folders = (env.PATH ?? "").split(delimiter).filter(Boolean);
  return [...named, ...names.flatMap((name) => folders.map((folder) => join(folder, name)))].find(isProgram);
}

/** Message for machines without Chromium. */
export const noChromium = `no Chromium found: none of ${variables.map((name) => `$${name}`).join(", ")} names one, and none of ${names.join(", ")} is on the PATH (Debian: apt-get install chromium)`;

/** Arguments with which Chromium has a WebGPU adapter on machines without a graphics card: by Chromium's own software renderer. */
export const softwareWebgpu = [
  "--enable-unsafe-webgpu",
  "--enable-features=Vulkan,WebGPU",
  "--use-webgpu-adapter=swiftshader",
];

/** Opens a headless Chromium that never slows down pages in the background. The caller closes it. @param more arguments */
export const openChromium = (executablePath, more = []) =>
  chromium.launch({
    executablePath,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-dev-shm-usage",
      "--disable-background-timer-throttling",
      "--disable-backgrounding-occluded-windows",
      "--disable-renderer-backgrounding",
      ...more,
    ],
  });

/**
 * Opens a page of a server. The exports of the server's module `name` are available to `page.evaluate` as
 * `globalThis[name]`.
 */
export async function openPage(browser, url, name) {
  const page = await browser.newPage();
  await page.goto(url);
  // A string, because a test runner may rewrite functions.
  await page.evaluate(`import("/${name}.js").then((module) => { globalThis.${name} = module; })`);
  return page;
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
