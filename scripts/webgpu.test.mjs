// Compiled training on WebGPU: in a page of a headless Chromium, on onnxruntime-web/webgpu with a software adapter, compared with the same
// steps on the processor. Run `npm run build` first.

import { afterAll, describe, expect, test } from "vitest";
import { bundle, wasmRoutes } from "../benchmarks/browser/bundle.mjs";
import { findChromium, noChromium, openChromium, openPage, softwareWebgpu } from "../benchmarks/browser/chromium.mjs";
import { functions } from "../benchmarks/browser/functions.mjs";
import { serve } from "../benchmarks/browser/serve.mjs";

const timeout = 240_000;
const chromium = findChromium();
const opened = [];
const server = chromium && (await serve({ "/webgpu.js": await bundle("webgpu"), ...wasmRoutes }));
const page = chromium && (await pageOf(softwareWebgpu));
const found = await page?.evaluate(() => globalThis.webgpu.devices());
const missing = chromium ? found.webgpu.detail : noChromium;
const rule = "━".repeat(100);
if (missing) console.warn(`\n${rule}\nNOTHING IS TESTED ON WEBGPU: ${missing}\n${rule}\n`);
afterAll(async () => {
  for (const browser of opened) await browser.close();
  await server?.close();
});

async function pageOf(args) {
  const browser = await openChromium(chromium, args);
  opened.push(browser);
  return openPage(browser, server.url, "webgpu");
}

describe.skipIf(missing)("on WebGPU in headless Chromium", () => {
  test.each(["mlp", "lenet5", "resnet"])(
    "%s: losses and state equal those of the processor, and the state stays",
    {
      timeout,
    },
    async (name) => {
      const train = (device) => page.evaluate((args) => globalThis.webgpu.steps(...args), [name, device, 2]);
      const [cpu, webgpu] = [await train("cpu"), await train("webgpu")];
      expect(webgpu.prepared).toBe(name === "mlp");
      for (const [i, loss] of webgpu.losses.entries()) expect(Math.abs(loss / cpu.losses[i] - 1)).toBeLessThan(1e-4);
      for (const [i, values] of webgpu.state.entries())
        expect(difference(values, cpu.state[i]), `state ${i}`).toBeLessThan(1e-4);
      const [first, ...others] = webgpu.copies;
      const state = 4 * webgpu.state.reduce((sum, { length }) => sum + length, 0);
      expect(first.uploaded, "the first step takes the state along").toBeGreaterThan(state);
      for (const { uploaded, given, readbacks, read } of others) {
        expect([readbacks, read], "the loss, in the smallest buffer").toEqual([1, 16]);
        // Shapes and other settings of kernels, in less than 256 bytes each.
        const settings = uploaded - given;
        expect(settings).toBeLessThan(Math.min(state, 256 * webgpu.copies.at(-1).uploads));
        expect(others.every((other) => other.uploaded === uploaded)).toBe(true);
      }
    },
  );

  test.each(Object.keys(functions))("%s", { timeout }, async (name) => {
    const call = (device) => page.evaluate((args) => globalThis.webgpu.call(...args), [name, device]);
    const [cpu, webgpu] = [await call("cpu"), await call("webgpu")];
    expect(webgpu).toHaveLength(cpu.length);
    for (const [i, values] of webgpu.entries()) expect(difference(values, cpu[i]), `result ${i}`).toBeLessThan(1e-5);
  });

  test("train chooses it, and evaluates and changes the size of batches there", { timeout }, async () => {
    const train = (compile) => page.evaluate((compile) => globalThis.webgpu.trained(compile), compile);
    const [cpu, webgpu] = [await train({ module: "webgpu", device: "cpu" }), await train({ module: "webgpu" })];
    expect(cpu.about.device).toBeUndefined();
    expect(webgpu.about).toMatchObject({ execution: "compiled", device: "webgpu" });
    expect(webgpu.warnings).toEqual([]);
    for (const [i, loss] of webgpu.losses.entries()) expect(Math.abs(loss / cpu.losses[i] - 1)).toBeLessThan(1e-4);
  });

  test("a module without a provider is refused, or taken for the processor", { timeout }, async () => {
    expect(found.wasm).toMatchObject({ device: "cpu", hasProvider: false });
    const train = (compile) => page.evaluate((compile) => globalThis.webgpu.trained(compile), compile);
    expect((await train({ module: "wasm", device: "webgpu" })).error).toMatch(
      /^compile: device "webgpu" cannot be used: this module of onnxruntime-web [\d.]+ has no provider for WebGPU: import onnxruntime-web\/webgpu; or use device "cpu"$/,
    );
    expect(await page.evaluate(() => globalThis.webgpu.warned("wasm"))).toEqual([]);
  });
});

describe.skipIf(!chromium)("in a headless Chromium without WebGPU", () => {
  test("train takes the processor, and says so once", { timeout }, async () => {
    const plain = await pageOf(["--disable-features=WebGPU"]);
    expect(await plain.evaluate(() => globalThis.webgpu.warned("webgpu"))).toEqual([
      "train: runs on the processor, because the browser has no WebGPU adapter. Large networks are slower there; onnxruntime-web/wasm does the same, and is half the download.",
    ]);
    const { error } = await plain.evaluate(() => globalThis.webgpu.trained({ module: "webgpu", device: "webgpu" }));
    expect(error).toBe(
      'compile: device "webgpu" cannot be used: the browser has no WebGPU adapter; or use device "cpu"',
    );
  });
});

/** Largest difference, relative to the largest magnitude. */
function difference(values, expected) {
  expect(values).toHaveLength(expected.length);
  const largest = (of) => expected.reduce((most, _, i) => Math.max(most, Math.abs(of(i))), 0);
  return (
    largest((i) => values[i] - expected[i]) /
    Math.max(
      largest((i) => expected[i]),
      1e-30,
    )
  );
}
