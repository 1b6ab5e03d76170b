import { op } from "../graph/graph";
import type { Device } from "../kernels/kernel";
import type { Target } from "../trace/tracer";
import { channelBlock } from "./channel-block";
import { toOnnx } from "./onnx";
import { openSession, type Runtime, type SessionOptions } from "./runtime";

/** What can run a graph, or why WebGPU cannot. */
export interface FoundDevice {
  readonly device: Device;
  /** Why the device is not WebGPU, as text; missing if it is. */
  readonly detail?: string;
  /** Whether the runtime has a provider for WebGPU, so that only the browser lacks something. */
  readonly hasProvider: boolean;
}

/** What this package needs of the browser's WebGPU. */
interface Gpu {
  requestAdapter(): Promise<unknown>;
}

const known = new WeakMap<Runtime, Promise<FoundDevice>>();

/**
 * Looks for WebGPU: a provider in the runtime, and an adapter in the browser. Looks once for each runtime, and never throws.
 * @param options `threads`, if it is the page's first use of the runtime, because that decides for all
 */
export function findDevice(runtime: Runtime, options: Pick<SessionOptions, "threads"> = {}): Promise<FoundDevice> {
  let found = known.get(runtime);
  if (!found) {
    found = look(runtime, options);
    known.set(runtime, found);
  }
  return found;
}

async function look(runtime: Runtime, options: SessionOptions): Promise<FoundDevice> {
  const { node, web } = runtime.env.versions;
  // The provider of onnxruntime-node ends the process when a tensor in the device's memory is read.
  if (node) return { device: "cpu", detail: `onnxruntime-node ${node} runs on the processor`, hasProvider: false };
  const { gpu } = (globalThis as { readonly navigator?: { readonly gpu?: Gpu } }).navigator ?? {};
  const adapter = await Promise.resolve(gpu?.requestAdapter()).catch(() => undefined);
  const error = await openingError(runtime, options);
  if (error === undefined && adapter) return { device: "webgpu", hasProvider: true };
  if (error?.includes("backend not found"))
    return {
      device: "cpu",
      detail: `this module of onnxruntime-web ${web} has no provider for WebGPU: import onnxruntime-web/webgpu`,
      hasProvider: false,
    };
  const missing = !gpu
    ? "the browser has no WebGPU, or the page is not served by https or localhost"
    : !adapter
      ? "the browser has no WebGPU adapter"
      : `onnxruntime-web ${web} cannot use the browser's WebGPU (${error})`;
  return { device: "cpu", detail: missing, hasProvider: true };
}

/** Why the runtime cannot open a graph of one operator on WebGPU; undefined if it can. */
async function openingError(runtime: Runtime, options: SessionOptions): Promise<string | undefined> {
  const input = { shape: [1], type: "float32" } as const;
  const model = toOnnx({ inputs: [input], outputs: [op("Abs", [input], [1])] });
  try {
    await (await openSession(runtime, model, { ...options, device: "webgpu" })).release();
    return undefined;
  } catch (error) {
    return String(error);
  }
}

/**
 * What a graph is traced for, by the options of its session.
 * @throws RangeError if there is no such device; Error that says what is missing if WebGPU is not there
 */
export async function targetOf(runtime: Runtime, { threads, device = "cpu" }: SessionOptions): Promise<Target> {
  if (device === "cpu") return { device, channelBlock: await channelBlock(runtime) };
  if (device !== "webgpu")
    throw new RangeError(`compile: device must be "cpu" or "webgpu"; got ${JSON.stringify(device)}`);
  const { detail } = await findDevice(runtime, threads === undefined ? {} : { threads });
  if (detail !== undefined) throw new Error(`compile: device "webgpu" cannot be used: ${detail}; or use device "cpu"`);
  return { device };
}
