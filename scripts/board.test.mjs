// `weightcast board` in a headless Chromium beside a real training: the run appears, its curves and filters form, it ends in the record; axe finds
// no violation of WCAG A or AA, nothing is fetched from elsewhere, nothing is cut on a phone. Run `npm run build` first.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, noChromium, openChromium } from "../benchmarks/browser/chromium.mjs";
import { root } from "./lib/workspace.mjs";

const chromium = findChromium();
const rule = "━".repeat(100);
if (!chromium) console.warn(`\n${rule}\nTHE BOARD IS NOT TESTED IN A BROWSER: ${noChromium}\n${rule}\n`);

const timeout = 120_000;
const axe = createRequire(new URL("../tools/package.json", import.meta.url)).resolve("axe-core/axe.min.js");
const levels = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** Two short runs, one after the other. */
const sweep =
  "sweep --method SE-Emp --seed 1,2 --hidden 30 --train 2000 --epochs 4 --threads 1 --engine wasm --report r.html data.test=200";

describe.skipIf(!chromium)("weightcast board in headless Chromium", () => {
  const folder = mkdtempSync(join(tmpdir(), "weightcast-board-"));
  const children = [];
  let browser;
  let board;
  beforeAll(async () => {
    board = start("board runs");
    browser = await openChromium(chromium);
  }, timeout);
  afterAll(async () => {
    await browser?.close();
    for (const child of children) child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });

  /** Starts the command. */
  function start(args) {
    const child = spawn(process.execPath, [join(root, "apps/cli/dist/weightcast.js"), ...args.split(" ")], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    children.push(child);
    const said = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"]) child[name].on("data", (text) => (said[name] += text));
    return { child, said, ended: new Promise((resolve) => child.on("close", resolve)) };
  }

  async function violations(page) {
    // The policy of the page allows no script but its own: axe is injected by the browser itself.
    await page.evaluate(readFileSync(axe, "utf8"));
    const result = await page.evaluate((runOnly) => globalThis.axe.run({ runOnly }), levels);
    return result.violations.map(
      ({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 150))}`,
    );
  }

  test("runs appear while they train, and end in the record", { timeout }, async () => {
    await expect.poll(() => board.said.stdout, { timeout }).toMatch(/^http.*\/\n$/);
    const url = board.said.stdout.trim();
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const [urls, faults] = [[], []];
    page.on("request", (request) => urls.push(request.url()));
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
    await page.goto(url);
    await page.getByText("Nothing is being trained in this folder").waitFor();
    const training = start(sweep);
    const first = page.locator("#live li").filter({ hasText: "epoch" }).first();
    await first.waitFor({ timeout });
    expect(await first.textContent()).toMatch(/SE-Emp.*seed [12].*epoch \d\/4/);
    await page.locator("#filters img").first().waitFor({ timeout });
    const curves = () => page.locator("#error").getAttribute("aria-label");
    await expect.poll(curves, { timeout }).toMatch(/^Test error by epoch: SE-Emp .*% at epoch \d/);
    expect(await violations(page)).toEqual([]);

    expect(await training.ended, training.said.stderr).toBe(0);
    await page.getByText("1 to 2 of 2 runs").waitFor({ timeout });
    await expect.poll(() => page.locator("#counts").textContent()).toBe("2 done.");
    for (const box of await page.locator("#recorded input").all()) await box.check();
    await page.getByText("Of 2 chosen runs.").waitFor();
    await expect.poll(() => page.locator("#differences tbody").textContent()).toMatch(/seed(12|21)/);
    expect(await page.locator("#legend li").count()).toBe(2);
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await violations(page)).toEqual([]);

    await page.locator("#filter").fill("colour=1");
    await page.keyboard.press("Enter");
    await page.getByText("must name a field that a run has").waitFor();
    faults.splice(0); // the answer was 400, which Chromium reports as an error
    await page.locator("#filter").fill("seed=2");
    await page.keyboard.press("Enter");
    await page.getByText("1 to 1 of 1 runs").waitFor();

    await page.setViewportSize({ width: 420, height: 800 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(420);
    const [report] = await Promise.all([page.waitForEvent("popup"), page.getByText("Report of these runs").click()]);
    await report.getByRole("heading", { name: "First-layer filters" }).waitFor();
    expect(urls.filter((one) => !one.startsWith(url) && !one.startsWith("data:"))).toEqual([]);
    expect(faults).toEqual([]);
    await page.close();
  });

  test("Ctrl-C ends it cleanly", { timeout }, async () => {
    board.child.kill("SIGINT");
    expect(await board.ended).toBe(0);
  });
});
