import type { Env, InferenceSession, InferenceSessionFactory, TensorConstructor } from "onnxruntime-common";
import type { Device } from "../kernels/kernel";

/** ONNX Runtime: the module `onnxruntime-node`, or `onnxruntime-web` in browsers. */
export interface Runtime {
  readonly InferenceSession: InferenceSessionFactory;
  readonly Tensor: TensorConstructor;
  readonly env: Env;
}

/** Options of a session. */
export interface SessionOptions {
  /**
   * Number of threads within an operator, an integer ≥ 1. In browsers, more than one needs cross-origin isolation, and
   * the first session decides for the whole page. @default the runtime's own choice
   */
  readonly threads?: number;
  /**
   * What runs the graph: `cpu`, the processor, by WebAssembly in browsers; `webgpu`, in browsers with WebGPU, by the module
   * `onnxruntime-web/webgpu`. `findDevice` says which there is. @default "cpu"
   */
  readonly device?: Device;
}

/**
 * Provider for WebGPU. Graphs have images with channels first. With channels last, grouped convolutions of an even number of outputs are
 * wrong, without an error, where the outputs of a group do not fill vectors: found with 5, 6, 7, 9, 10 and 25 a group, in 1.30.
 */
const webgpu = { name: "webgpu", preferredLayout: "NCHW" } as const;

/**
 * Opens a session for a model. The settings made here affect speed, not results.
 * @param onDevice names of outputs that stay in the device's memory. @default none
 */
export async function openSession(
  { InferenceSession, env }: Runtime,
  model: Uint8Array,
  { threads, device = "cpu" }: SessionOptions,
  onDevice: readonly string[] = [],
): Promise<InferenceSession> {
  if (threads !== undefined && !(Number.isSafeInteger(threads) && threads >= 1))
    throw new RangeError(`compile: threads must be an integer of at least 1; got ${threads}`);
  // The web runtime has one thread pool for all its sessions, created with the first one.
  if (threads !== undefined && env.versions.web) env.wasm.numThreads = threads;
  return InferenceSession.create(model, {
    graphOptimizationLevel: "all",
    executionProviders: device === "webgpu" ? [webgpu] : env.versions.node ? ["cpu"] : ["wasm"],
    ...(onDevice.length > 0 && {
      preferredOutputLocation: Object.fromEntries(onDevice.map((name) => [name, "gpu-buffer" as const])),
    }),
    // With memory patterns, one block for everything that a run needs is allocated in addition to what the first run took:
    // 414 instead of 314 MB for the paper's convnet at 25%. Without them its speed is the same within noise; the step of
    // the MNIST network is 1.09 times as fast with x U prepared, and 0.93 times as fast without (medians of four
    // alternations).
    enableMemPattern: false,
    ...(threads !== undefined && { intraOpNumThreads: threads }),
  });
}

/** ONNX Runtime for Node, or the reason why it is missing. */
export interface FoundRuntime {
  /** The module. Missing if it is not installed, does not load on this machine, or this is not Node. */
  readonly runtime?: Runtime;
  /** Name and version of the runtime, or why it is missing, as text. */
  readonly detail: string;
}

/** Looks for the module `onnxruntime-node`. Never throws. */
export async function nodeRuntime(): Promise<FoundRuntime> {
  if (typeof process !== "object" || !process.versions?.node) return { detail: "onnxruntime-node is for Node" };
  // Not a literal, because bundlers for browsers would try to resolve it.
  const name = "onnxruntime-node";
  try {
    const runtime = (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as Runtime;
    return { runtime, detail: `${name} ${runtime.env.versions.node}` };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ERR_MODULE_NOT_FOUND") return { detail: `${name} is not installed` };
    return { detail: `${name} does not load: ${message}` };
  }
}
