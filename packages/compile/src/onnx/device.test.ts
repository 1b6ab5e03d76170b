import { afterEach, describe, expect, test, vi } from "vitest";
import { findDevice, targetOf } from "./device";
import { nodeRuntime, type Runtime } from "./runtime";

/** Runtime for browsers whose sessions open, or fail with an error. */
function webRuntime(error?: string) {
  const create = vi.fn(async (..._: unknown[]) => {
    if (error !== undefined) throw new Error(error);
    return { release: async () => {} };
  });
  const env = { versions: { web: "1.30.0" }, wasm: {} as { numThreads?: number } };
  return { runtime: { env, InferenceSession: { create } } as unknown as Runtime, create, env };
}

/** Browser with WebGPU, with or without an adapter, or one without it. */
function browser(adapter: object | null | undefined) {
  vi.stubGlobal("navigator", adapter === undefined ? {} : { gpu: { requestAdapter: async () => adapter } });
}
afterEach(() => vi.unstubAllGlobals());

const noProvider = "no available backend found. ERR: [webgpu] backend not found.";

describe("findDevice", () => {
  test("WebGPU, if the runtime has a provider and the browser an adapter; looked for once", async () => {
    browser({});
    const { runtime, create, env } = webRuntime();
    expect(await findDevice(runtime, { threads: 3 })).toEqual({ device: "webgpu", hasProvider: true });
    expect(await findDevice(runtime)).toEqual({ device: "webgpu", hasProvider: true });
    expect(create).toHaveBeenCalledTimes(1);
    expect(create.mock.calls[0]![1]).toMatchObject({
      executionProviders: [{ name: "webgpu", preferredLayout: "NCHW" }],
    });
    expect(env.wasm.numThreads).toBe(3);
  });

  test.each([
    ["an adapter", null, undefined, "the browser has no WebGPU adapter"],
    ["WebGPU", undefined, "WebGPU is not supported", "the browser has no WebGPU, or the page is not served by https"],
    ["a working one", {}, "out of memory", "cannot use the browser's WebGPU (Error: out of memory)"],
  ])("the processor without %s", async (_, adapter, error, detail) => {
    browser(adapter);
    expect(await findDevice(webRuntime(error).runtime)).toEqual({
      ...{ device: "cpu", hasProvider: true },
      detail: expect.stringContaining(detail),
    });
  });

  test("the processor by a module without a provider, and in Node", async () => {
    browser({});
    const detail = expect.stringContaining("has no provider for WebGPU: import onnxruntime-web/webgpu");
    expect(await findDevice(webRuntime(noProvider).runtime)).toEqual({ device: "cpu", detail, hasProvider: false });
    const node = await findDevice((await nodeRuntime()).runtime!);
    expect(node).toEqual({
      ...{ device: "cpu", hasProvider: false },
      detail: expect.stringMatching(/^onnxruntime-node [\d.]+ runs on the processor$/),
    });
  });
});

describe("targetOf", () => {
  test("refuses WebGPU where it is not, and what is no device", async () => {
    const runtime = (await nodeRuntime()).runtime!;
    await expect(targetOf(runtime, { device: "webgpu" })).rejects.toThrow(
      /^compile: device "webgpu" cannot be used: onnxruntime-node [\d.]+ runs on the processor; or use device "cpu"$/,
    );
    await expect(targetOf(runtime, { device: "gpu" as never })).rejects.toThrow(
      new RangeError('compile: device must be "cpu" or "webgpu"; got "gpu"'),
    );
  });

  test("the layout of blocks is the processor's alone", async () => {
    browser({});
    expect(await targetOf(webRuntime().runtime, { device: "webgpu" })).toEqual({ device: "webgpu" });
    expect(await targetOf(webRuntime().runtime, {})).toEqual({ device: "cpu", channelBlock: undefined });
  });
});
