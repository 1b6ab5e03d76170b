import * as tf from "@tensorflow/tfjs-core";
import type { Candidate } from "../engine";
import { patchWasm } from "./patches";

/** WebAssembly with SIMD (XNNPACK), with its slow and wrong kernels replaced and its missing ones added. */
export const wasm: Candidate = {
  engine: "wasm",
  async open() {
    const version = await wasmVersion();
    const { getThreadsCount } = await import("@tensorflow/tfjs-backend-wasm");
    // Before the backend starts: it sets its kernels up when it is chosen.
    const patches = patchWasm(await import("@tensorflow/tfjs-backend-cpu"));
    if (!(await tf.setBackend("wasm"))) throw new Error("its backend does not start");
    await tf.ready();
    return { version, threads: getThreadsCount(), ...patches };
  },
};

/**
 * Loads the wasm backend, which registers it.
 * @returns its version: "tfjs-backend-wasm 4.22.0"
 * @throws Error if there is no WebAssembly
 */
export async function wasmVersion(): Promise<string> {
  if (!("WebAssembly" in globalThis)) throw new Error("this JavaScript engine has no WebAssembly");
  return `tfjs-backend-wasm ${(await import("@tensorflow/tfjs-backend-wasm")).version_wasm}`;
}
