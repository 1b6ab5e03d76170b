import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const variables = ["CHROMIUM_PATH", "CHROME_PATH"];

/**
 * The Chromium of this machine: what $CHROMIUM_PATH or $CHROME_PATH names, else the first of its names on the PATH.
 * @returns its path, or `undefined` where there is none
 */
export function findChromium(env = process.env) {
  const named = variables.map((name) => env[name]).filter(Boolean);
  const folders = (env.PATH ?? "").split(delimiter).filter(Boolean);
  return [...named, ...names.flatMap((name) => folders.map((folder) => join(folder, name)))].find(isProgram);
}

/** What to say where there is none. */
export const noChromium = `no Chromium found: none of ${variables.map((name) => `$${name}`).join(", ")} names one, and none of ${names.join(", ")} is on the PATH (Debian: apt-get install chromium)`;

/** A headless Chromium whose pages are never slowed down for being in the background. The caller closes it. */
export const openChromium = (executablePath) =>
  chromium.launch({
    executablePath,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-dev-shm-usage",
      "--disable-background-timer-throttling",
      "--disable-backgrounding-occluded-windows",
      "--disable-renderer-backgrounding",
    ],
  });

/**
 * A page of a server, for `page.evaluate`: what the server's module `name` exports is `globalThis[name]` there.
 */
export async function openPage(browser, url, name) {
  const page = await browser.newPage();
  await page.goto(url);
  // A string: a test runner may rewrite functions.
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
