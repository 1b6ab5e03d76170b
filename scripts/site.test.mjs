// The built site in a headless Chromium: its demos run, axe finds no violation of WCAG A or AA, nothing is fetched from elsewhere, nothing is cut
// on a phone, search finds what is there, and visited pages can be read without a network. Run `npm run docs` first.

import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, noChromium, openChromium } from "../benchmarks/browser/chromium.mjs";
import { built, serveSite } from "../benchmarks/site/serve.mjs";

const chromium = findChromium();
const missing = chromium ? (existsSync(built) ? undefined : "the site is not built: npm run docs") : noChromium;
const rule = "━".repeat(100);
if (missing) console.warn(`\n${rule}\nTHE SITE IS NOT TESTED IN A BROWSER: ${missing}\n${rule}\n`);

const timeout = 120_000;
const axe = createRequire(new URL("../tools/package.json", import.meta.url)).resolve("axe-core/axe.min.js");
const levels = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Pages that are checked: one of each kind, or with `npm run sweep` all of them. */
const pages =
  Number(process.env.WEIGHTCAST_SWEEP ?? 1) > 1 && !missing
    ? readdirSync(built, { recursive: true })
        .filter((file) => file.endsWith(".html") && file !== "404.html")
        .map((file) => `/${file.replaceAll("\\", "/").replace(/(^|\/)index\.html$|\.html$/, "$1")}`)
        .sort()
    : ["/", "/guide/how-it-works", "/reference/dictionary-random"];

describe.skipIf(missing)("the site in headless Chromium", () => {
  let server;
  let browser;
  beforeAll(async () => {
    server = await serveSite();
    browser = await openChromium(chromium);
  }, timeout);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  /** Page of the site, with what it fetched and what failed in it. */
  async function open(path, options = {}) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, serviceWorkers: "block", ...options });
    const [urls, faults] = [[], []];
    page.on("request", (request) => urls.push(request.url()));
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
    await page.goto(server.url + path);
    return { page, urls, faults };
  }

  /** Opens the demo of a page. */
  async function openDemo(path, ready) {
    const opened = await open(path);
    await opened.page.locator(".demo-open button:enabled").click();
    await opened.page.locator(ready).first().waitFor({ timeout });
    return opened;
  }

  /** Everything came from this site, without an error. */
  function expectOwn({ urls, faults }) {
    expect(urls.filter((url) => !url.startsWith(server.url) && !/^(blob|data):/.test(url))).toEqual([]);
    expect(faults).toEqual([]);
  }

  async function violations(page, runOnly = levels) {
    await page.addScriptTag({ path: axe });
    const result = await page.evaluate(
      (runOnly) => globalThis.axe.run({ runOnly, resultTypes: ["violations"] }),
      runOnly,
    );
    const shown = (nodes) => nodes.slice(0, 3).map(({ html }) => html.slice(0, 150));
    return result.violations.map(({ id, nodes }) => `${id}, ${nodes.length} times: ${shown(nodes).join(" ")}`);
  }

  test("the first page takes at most 200 kB", {
    timeout,
  }, async () => {
    const { page, urls, faults } = await open("/");
    await page.waitForLoadState("networkidle");
    const bytes = await page.evaluate(() =>
      [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].reduce(
        (sum, { encodedBodySize }) => sum + encodedBodySize,
        0,
      ),
    );
    expect(bytes).toBeLessThan(200_000);
    expectOwn({ urls, faults });
    await page.close();
  });

  test("train it here: a step, an epoch, an answer; and it stops", { timeout }, async () => {
    const opened = await openDemo("/demos/train", "[data-opened], .demo-fault");
    const { page } = opened;
    await page.locator(".demo select").selectOption("1");
    const card = page.locator("[data-kind=predicted]");
    await card.locator("button").click();
    await card.locator("[data-epoch]").waitFor({ timeout });
    const [, error] = await card.locator("[data-epoch] td").allTextContents();
    expect(Number.parseFloat(error)).toBeLessThan(6);
    await page.getByText("A test image").click();
    await page.getByText("5% learned: 7").waitFor(); // the first test image of MNIST
    const dense = page.locator("[data-kind=dense]");
    await dense.locator("button").click();
    await dense.getByText("Stop").click();
    await dense.getByText("Train").waitFor({ timeout });
    expect(await violations(page)).toEqual([]);
    expectOwn(opened);
    await page.close();
  });

  test("predict a filter: a longer length scale, another pixel by the keyboard", { timeout }, async () => {
    const opened = await openDemo("/demos/predict", "[data-answer]");
    const { page } = opened;
    const kept = page.locator(".demo figcaption").first();
    expect(await kept.textContent()).toContain("196 of 784");
    await page.locator(".demo-picker").focus();
    await page.keyboard.press("Space");
    expect(await kept.textContent()).toMatch(/19[57] of 784/);
    const answer = page.locator("[data-answer]");
    const before = await answer.textContent();
    await page.getByLabel("Length scale").fill("5");
    await expect.poll(() => answer.textContent(), { timeout: 20_000 }).not.toBe(before);
    expect(await violations(page)).toEqual([]);
    expectOwn(opened);
    await page.close();
  });

  test("one model file: U is made again, a drawing is recognized, ONNX is downloaded", { timeout }, async () => {
    const opened = await openDemo("/demos/file", "[data-opened]");
    const { page } = opened;
    expect(await page.locator(".demo-layer").count()).toBe(2);
    const pad = page.locator(".demo-pad");
    await pad.scrollIntoViewIfNeeded();
    const box = await pad.boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + 30);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + 160, { steps: 8 });
    await page.mouse.up();
    await page.getByText("answer: 1").waitFor({ timeout });
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "smallest" }).click();
    expect((await download).suggestedFilename()).toBe("digits.smallest.onnx");
    expect(await violations(page)).toEqual([]);
    expectOwn(opened);
    await page.close();
  });

  test("dictionaries: every one that needs no images shows its atoms", { timeout }, async () => {
    const opened = await openDemo("/demos/dictionaries", "[data-answer]");
    const { page } = opened;
    for (const name of ["fourier", "wavelet", "gaussian-derivative", "gaussian", "identity"]) {
      const atoms = () =>
        page
          .locator(".demo-tiles")
          .first()
          .evaluate((canvas) => canvas.toDataURL());
      const before = await atoms();
      await page.getByLabel("Dictionary").selectOption(name);
      await expect.poll(atoms, { timeout: 20_000 }).not.toBe(before);
      expect(await page.locator(".demo-fault").count(), name).toBe(0);
    }
    expect(await violations(page)).toEqual([]);
    expectOwn(opened);
    await page.close();
  });

  test.each(pages)("%s has no violation, and fits a phone", { timeout }, async (path) => {
    const { page } = await open(path, { viewport: { width: 360, height: 740 } });
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      expect(await violations(page, colorScheme === "light" ? levels : ["color-contrast"])).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    }
    await page.close();
  });

  test("results: a report opens within the page, with its charts", { timeout }, async () => {
    const opened = await open("/project/results");
    const { page } = opened;
    await page.getByText("Open the report here: fig4/report").click();
    const chart = page.frameLocator("iframe[title='Report fig4/report']").locator("svg[role=img]:visible").first();
    await chart.waitFor({ timeout });
    expect(await page.locator("iframe").count(), "others are not loaded").toBe(1);
    expectOwn(opened);
    await page.close();
  });

  test("without JavaScript, the picture and the explanation are there", { timeout }, async () => {
    const { page } = await open("/demos/train", { javaScriptEnabled: false });
    expect(await page.locator(".demo-picture").isVisible()).toBe(true);
    expect(await page.getByText("needs JavaScript").isVisible()).toBe(true);
    await page.close();
  });

  test("search finds citation, csv and lora", { timeout }, async () => {
    const { page } = await open("/guide/getting-started");
    const input = page.locator("#localsearch-input");
    // Keys are lost until the page is alive.
    const search = async () => {
      await page.keyboard.press("Control+k");
      return input.isVisible();
    };
    await expect.poll(search, { timeout, interval: 500 }).toBe(true);
    const found = page.locator("#localsearch-list .result");
    for (const word of ["citation", "csv", "lora"]) {
      await input.fill("");
      await found.first().waitFor({ state: "detached", timeout });
      await input.fill(word);
      await found.first().waitFor({ timeout });
    }
    await page.close();
  });

  test("visited pages can be read without a network", { timeout }, async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${server.url}/guide/glossary`);
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.reload({ waitUntil: "networkidle" }); // now by way of the service worker
    await context.setOffline(true);
    await page.reload();
    expect(await page.getByText("SE-Emp2").first().isVisible()).toBe(true);
    await context.close();
  });
});
