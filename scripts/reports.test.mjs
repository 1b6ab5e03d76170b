// Reports in a headless Chromium: axe finds no violation of WCAG A or AA, letters are large and dark enough, nothing is cut on paper
// or on a phone, and every chart has values, by pointer and by keyboard.

import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { renderCompression, renderReport } from "@weightcast/report";
import { compression, recordOf } from "@weightcast/runs/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, noChromium, openChromium } from "../benchmarks/browser/chromium.mjs";

const chromium = findChromium();
const rule = "━".repeat(100);
if (!chromium) console.warn(`\n${rule}\nNO REPORT IS TESTED IN A BROWSER: ${noChromium}\n${rule}\n`);

const timeout = 120_000;
const axe = createRequire(new URL("../tools/package.json", import.meta.url)).resolve("axe-core/axe.min.js");

/** Made-up run with errors by class. */
const run = (method, error, options) => {
  const record = recordOf(method, error, { epochs: 12, ...options });
  const classErrors = Array.from({ length: 10 }, (_, i) => ({ name: `class ${i}`, count: 100, wrong: 3 * i }));
  return { ...record, result: { ...record.result, classErrors } };
};
const about = { title: "A report", command: "node report.js" };
const single = renderReport([run("SE-Emp", 0.0203)], about);
const few = renderReport([run("nokernel", 0.0175), run("SE-Emp", 0.0203), run("a method of mine", 0.0457)], about);
const compressed = renderCompression(compression, { model: "a.safetensors", out: "b.safetensors.gz", command: "x" });
const committed = (name) => fileURLToPath(new URL(`../results/${name}`, import.meta.url));

/** Where each report is, HTML or a file: one of each kind, and with `npm run sweep` another one. */
const reports = {
  "a run": { html: single },
  "several runs": { html: few },
  "a compression": { html: compressed },
  "figure 1": { file: committed("fig1/cifar.html") },
  "figure 4, a sweep": { file: committed("fig4/report.html") },
  ...(Number(process.env.WEIGHTCAST_SWEEP ?? 1) > 1 && {
    "figure 5, a sweep": { file: committed("fig5/report.html") },
  }),
};

describe.skipIf(!chromium)("reports in headless Chromium", () => {
  let browser;
  beforeAll(async () => {
    browser = await openChromium(chromium);
  }, timeout);
  afterAll(() => browser?.close());

  /** Page with a report. @param options of Playwright's newPage */
  async function open({ html, file }, { width = 1280, ...options } = {}) {
    const page = await browser.newPage({ viewport: { width, height: 900 }, ...options });
    await (file ? page.goto(`file://${file}`) : page.setContent(html));
    return page;
  }

  describe.each(Object.entries(reports))("%s", (_, report) => {
    const levels = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    // Only colors depend on the scheme.
    test.each([
      ["light", levels],
      ["dark", ["color-contrast"]],
    ])("has no violation of WCAG A or AA, %s", { timeout }, async (colorScheme, runOnly) => {
      const page = await open(report, { colorScheme });
      await page.addScriptTag({ path: axe });
      const { violations, passes } = await page.evaluate(
        (runOnly) => globalThis.axe.run({ runOnly, resultTypes: ["violations"] }),
        runOnly,
      );
      const nodes = (violation) => violation.nodes.map(({ html }) => html.slice(0, 200)).join("\n");
      expect(violations.map((violation) => `${violation.id}: ${nodes(violation)}`)).toEqual([]);
      const pictures = (await page.locator("img").count()) > 0 ? ["image-alt"] : []; // of filters
      const judged = colorScheme === "light" ? ["color-contrast", ...pictures, "svg-img-alt"] : ["color-contrast"];
      expect(passes.map(({ id }) => id)).toEqual(expect.arrayContaining(judged));
      // axe does not judge text in charts.
      for (const { text, color, background } of await page.evaluate(chartTexts))
        expect(contrast(color, background), `${text}: ${color} on ${background}`).toBeGreaterThanOrEqual(4.5);
      await page.close();
    });

    test("fits a phone of 360 pixels, with letters of 11 pixels in charts", { timeout }, async () => {
      const width = 360;
      const page = await open(report, { width, isMobile: true });
      const { pageWidth, texts, cut } = await page.evaluate(() => ({
        pageWidth: document.documentElement.scrollWidth,
        cut: [...document.querySelectorAll("h1, h2, h3, p, li, figcaption, summary, .headline")]
          .filter((one) => one.scrollWidth > one.clientWidth + 1)
          .map((one) => one.textContent),
        texts: [...document.querySelectorAll("figure svg[role=img] text")].flatMap((text) => {
          const matrix = text.getScreenCTM();
          if (!matrix || text.getBoundingClientRect().width === 0) return [];
          return [{ text: text.textContent, size: Number.parseFloat(getComputedStyle(text).fontSize) * matrix.a }];
        }),
      }));
      expect(pageWidth).toBeLessThanOrEqual(width);
      expect(cut).toEqual([]);
      expect(texts.length).toBeGreaterThan(5);
      for (const { text, size } of texts) expect(size, text).toBeGreaterThanOrEqual(11);
      await page.close();
    });

    test("fits A4 paper", { timeout }, async () => {
      const width = Math.round(((210 - 2 * 12) / 25.4) * 96);
      const page = await open(report, { width });
      await page.emulateMedia({ media: "print" });
      await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
      const { wide, folded, tables } = await page.evaluate((width) => {
        const parts = [...document.querySelectorAll("table, th, td, svg, p, h1, h2, h3, figure, code")];
        const visible = parts.filter((part) => part.getBoundingClientRect().width > 0);
        return {
          wide: visible
            .filter((part) => part.getBoundingClientRect().right > width + 1)
            .map((part) => part.outerHTML.slice(0, 200)),
          folded: document.querySelectorAll("details:not([open])").length,
          tables: visible.filter((part) => part.tagName === "TABLE").length,
        };
      }, width);
      expect(wide).toEqual([]);
      expect(folded).toBe(0);
      expect(tables).toBeGreaterThan(0);
      await page.close();
    });
  });

  test("charts show values by pointer and by keyboard, and are saved as SVG with them", { timeout }, async () => {
    const page = await open(reports["several runs"], { acceptDownloads: true });
    const tip = page.locator(".tip");
    const chart = page.locator(".wide svg").first();
    await chart.focus();
    await page.keyboard.press("ArrowRight");
    expect(await tip.textContent()).toBe("nokernel, epoch 1: 21.00%");
    await page.keyboard.press("End");
    expect(await tip.textContent()).toBe("a method of mine, epoch 12: 4.57%");
    await page.keyboard.press("Escape");
    expect(await tip.isVisible()).toBe(false);
    const { x, y } = await page.locator(".wide svg circle").nth(1).boundingBox();
    await page.mouse.move(x + 6, y + 6);
    expect(await tip.textContent()).toBe("nokernel, epoch 2: 19.25%");
    const saved = page.waitForEvent("download");
    await page.locator(".wide button").first().click();
    const download = await saved;
    expect(download.suggestedFilename()).toBe("test-error-by-epoch.svg");
    const svg = Buffer.concat(await (await download.createReadStream()).toArray()).toString();
    expect(svg).toContain("<title>nokernel, epoch 2: 19.25%</title>");
    expect(svg).not.toContain("var(");
    await page.close();
  });

  test("tables are saved as CSV, without a script", { timeout }, async () => {
    const page = await open(reports["a run"], { javaScriptEnabled: false, acceptDownloads: true });
    const saved = page.waitForEvent("download");
    await page.locator("a[download]").first().click();
    const csv = Buffer.concat(await (await (await saved).createReadStream()).toArray()).toString();
    expect(csv).toBe(
      'Method,"Test error, %","Learned, %",Dynamic parameters,Static,of them stored,"File, kB",Seconds\r\nSE-Emp,2.03,5.0,32000,430760,0,154,12.3\r\n',
    );
    expect(await page.locator(".wide svg circle > title").first().textContent()).toBe("SE-Emp, epoch 1: 24.36%");
    expect(await page.locator("button").count()).toBe(0);
    await page.close();
  });

  test("pixels that are not learned are gray, and zero is white, on a light page as on a dark one", {
    timeout,
  }, async () => {
    for (const colorScheme of ["light", "dark"]) {
      const page = await open(reports["a run"], { colorScheme });
      const background = (selector) =>
        page
          .locator(selector)
          .first()
          .evaluate((one) => getComputedStyle(one).backgroundColor);
      expect(await background(".filters img")).toBe("rgb(185, 191, 200)");
      expect(await background("body")).toBe(colorScheme === "light" ? "rgb(255, 255, 255)" : "rgb(22, 24, 27)");
      await page.close();
    }
  });
});

/** Colors of the texts of charts, and of what is behind them. Runs in the page. */
function chartTexts() {
  return [...document.querySelectorAll("figure svg[role=img] text")].flatMap((text) => {
    if (text.getBoundingClientRect().width === 0) return [];
    const background = getComputedStyle(text.closest("figure")).backgroundColor;
    return [{ text: text.textContent, color: getComputedStyle(text).fill, background }];
  });
}

/** Contrast of two colors "rgb(r, g, b)" (WCAG 2.2). */
function contrast(a, b) {
  const [low, high] = [a, b].map(luminance).sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

function luminance(color) {
  const [r, g, b] = color.match(/\d+/g).map((part) => {
    const share = Number(part) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
