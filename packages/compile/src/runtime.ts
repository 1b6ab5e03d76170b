import type { Env, InferenceSession, InferenceSessionFactory, TensorConstructor } from "onnxruntime-common";

/** ONNX Runtime: the module `onnxruntime-node`, or `onnxruntime-web` in browsers. */
export interface Runtime {
  readonly InferenceSession: InferenceSessionFactory;
  readonly Tensor: TensorConstructor;
  readonly env: Env;
}

/** How a session is made. */
export interface SessionOptions {
  /**
   * Threads within an operator, an integer ≥ 1. In browsers more than one needs cross-origin isolation, and the first
   * session decides for the whole page. @default the runtime's own choice
   */
  readonly threads?: number;
}

/** A model's session: what is set here decides speed, not results. */
export async function openSession(
  { InferenceSession, env }: Runtime,
  model: Uint8Array,
  { threads }: SessionOptions,
): Promise<InferenceSession> {
  if (threads !== undefined && !(Number.isSafeInteger(threads) && threads >= 1))
    throw new RangeError(`compile: threads must be an integer of at least 1; got ${threads}`);
  // The web runtime has one pool of threads for all its sessions, made with the first.
  if (threads !== undefined && env.versions.web) env.wasm.numThreads = threads;
  return InferenceSession.create(model, {
    graphOptimizationLevel: "all",
    executionProviders: env.versions.node ? ["cpu"] : ["wasm"],
    // With patterns, one block for all that a run needs stands beside what the first run took: 414 instead of 314 MB for the
    // paper's convnet at 25%. Without them its speed is the same within noise; of the MNIST network's steps the one with
    // x U prepared is 1.09 times as fast, and the one without 0.93 times (medians of four alternations).
    enableMemPattern: false,
    ...(threads !== undefined && { intraOpNumThreads: threads }),
  });
}

/** ONNX Runtime for Node, or what stands in its way. */
export interface FoundRuntime {
  /** Absent where it is not installed, does not load here, or this is no Node. */
  readonly runtime?: Runtime;
  /** For people: its name and version, or why it is absent. */
  readonly detail: string;
}

/** Looks for the module `onnxruntime-node`. Never throws. */
export async function nodeRuntime(): Promise<FoundRuntime> {
  if (typeof process !== "object" || !process.versions?.node) return { detail: "onnxruntime-node is for Node" };
  // Not a literal: bundlers for browsers would look for it.
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
