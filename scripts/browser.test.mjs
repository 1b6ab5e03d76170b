// Compiled training in a browser: compares the built packages in a page of a headless Chromium, on onnxruntime-web with two
// threads, with Node's onnxruntime-node. Run `npm run build` first.

import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundle, wasmRoutes } from "../benchmarks/browser/bundle.mjs";
import { findChromium, noChromium, openChromium, openPage } from "../benchmarks/browser/chromium.mjs";
import { serve } from "../benchmarks/browser/serve.mjs";

const chromium = findChromium();
const rule = "━".repeat(100);
if (!chromium) console.warn(`\n${rule}\nNOTHING IS TESTED IN A BROWSER: ${noChromium}\n${rule}\n`);

const steps = 20;
const timeout = 120_000;

describe.skipIf(!chromium)("in headless Chromium", () => {
  let server;
  let browser;
  let page;
  beforeAll(async () => {
    server = await serve({ "/check.js": await bundle("check"), ...wasmRoutes });
    browser = await openChromium(chromium);
    page = await openPage(browser, server.url, "check");
  }, timeout);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test("the page can share memory between threads", async () => {
    expect(await page.evaluate(() => globalThis.check.isolated())).toBe(true);
  });

  describe.each(["dense", "factorized"])("%s", (variant) => {
    let node;
    let traced;
    beforeAll(async () => {
      node = await reference(variant);
      traced = await page.evaluate(([variant, steps]) => globalThis.check.train(variant, steps), [variant, steps]);
    }, timeout);

    test("Node's ONNX model runs, and one step gives the same results", { timeout }, async () => {
      const { before, inputs, labels, scalars, loss, after } = node.last;
      const arrays = [...leaves(before), inputs, labels, ...scalars];
      const outputs = await page.evaluate(
        ([model, arrays]) => globalThis.check.runModel(model, arrays),
        [node.model, arrays],
      );
      const expected = [...leaves(after), loss];
      expect(outputs).toHaveLength(expected.length);
      for (const [i, values] of expected.entries())
        expect(difference(outputs[i], values), `output ${i}`).toBeLessThan(1e-5);
    });

    test("tracing gives the same bytes as in Node", () => {
      expect(Buffer.compare(traced.model, node.model)).toBe(0);
    });

    test(`${steps} steps follow those in Node, and learn`, () => {
      expect(page.workers(), "the second thread").toHaveLength(1);
      expect(traced.losses).toHaveLength(steps);
      for (const [i, loss] of traced.losses.entries()) expect(Math.abs(loss / node.losses[i] - 1)).toBeLessThan(1e-4);
      expect(traced.losses.at(-1)).toBeLessThan(0.9 * traced.losses[0]);
      for (const [i, values] of leaves(traced.state).entries())
        expect(difference(values, leaves(node.last.after)[i]), `state ${i}`).toBeLessThan(1e-3);
    });
  });

  test("a step on prepared samples gives the same results", { timeout }, async () => {
    const { losses } = await reference("factorized");
    const prepared = await page.evaluate((steps) => globalThis.check.train("factorized", steps, true), steps);
    expect(prepared.prepared).toBe(true);
    for (const [i, loss] of prepared.losses.entries()) expect(Math.abs(loss / losses[i] - 1)).toBeLessThan(1e-4);
  });
});

/** A page of its own, because a page loads a backend's files once. */
describe.skipIf(!chromium)("useEngine in headless Chromium", () => {
  let server;
  let browser;
  beforeAll(async () => {
    server = await serve({ "/engine.js": await bundle("engine"), ...wasmRoutes });
    browser = await openChromium(chromium);
  }, timeout);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const use = async (page, ...args) => page.evaluate((args) => globalThis.engine.use(...args), args);
  const product = [11];

  test("auto takes wasm, and gives a browser's advice", { timeout }, async () => {
    const page = await openPage(browser, server.url, "engine");
    expect(await use(page, "auto", { wasmPaths: "/tfjs/" })).toEqual({
      engine: "wasm",
      reason:
        "wasm (tfjs-backend-wasm 4.22.0) because webgl is not available (@tensorflow/tfjs-backend-webgl is not imported).",
      product,
    });
    expect(await use(page, "wasm", { wasmPaths: "/tfjs/" })).toMatchObject({ engine: "wasm", product });
  });

  test("a page that imports webgl gets it", { timeout }, async () => {
    const page = await openPage(browser, server.url, "engine");
    await page.evaluate(() => globalThis.engine.loadWebgl());
    expect(await use(page, "auto")).toMatchObject({ engine: "webgl", product });
  });

  test("without its files, wasm says where they must be; auto goes on", { timeout }, async () => {
    const page = await openPage(browser, server.url, "engine");
    const { code, message } = await use(page, "wasm", { wasmPaths: "/nowhere/" });
    expect([code, message]).toEqual([
      "ENGINE_UNAVAILABLE",
      'useEngine: wasm is not available (wasm: its .wasm files do not load from "/nowhere/": serve those of @tensorflow/tfjs-backend-wasm/dist, and pass their folder as wasmPaths); use "auto", or another engine',
    ]);
    expect(await use(page, "auto")).toMatchObject({ engine: "cpu", product });
    expect((await use(page, "native")).message).toBe(
      'useEngine: native is not available (native: it runs in Node.js only); use "auto", or another engine',
    );
  });
});

const references = new Map();

/** Results of a variant of the network in Node, computed once. */
function reference(variant) {
  if (!references.has(variant)) references.set(variant, inNode({ variant, count: steps }));
  return references.get(variant);
}

function inNode(workerData) {
  const worker = new Worker(new URL("../benchmarks/browser/reference.mjs", import.meta.url), {
    workerData,
    execArgv: [],
  });
  return new Promise((done, fail) => worker.once("message", done).once("error", fail));
}

const leaves = ({ weights, slots }) => [...weights, ...slots.flat()];

/** ‖a − b‖ / ‖b‖ */
function difference(a, b) {
  expect(a).toHaveLength(b.length);
  const norm = (of) => Math.sqrt(b.reduce((sum, _, i) => sum + of(i) ** 2, 0));
  return norm((i) => a[i] - b[i]) / norm((i) => b[i]);
}
