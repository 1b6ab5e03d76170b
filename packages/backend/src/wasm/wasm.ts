import * as tf from "@tensorflow/tfjs-core";
import type { Candidate } from "../engine";
import { mendWasm } from "./mends";

/** WebAssembly with SIMD (XNNPACK), with its slow kernels mended and its missing ones filled in. */
export const wasm: Candidate = {
  engine: "wasm",
  async open() {
    const version = await wasmVersion();
    const { getThreadsCount } = await import("@tensorflow/tfjs-backend-wasm");
    // Before the backend starts: it sets kernels up when it is chosen.
    const mends = mendWasm(await import("@tensorflow/tfjs-backend-cpu"));
    if (!(await tf.setBackend("wasm"))) throw new Error("its backend does not start");
    await tf.ready();
    return { version, threads: getThreadsCount(), ...mends };
  },
};

/**
 * "tfjs-backend-wasm 4.22.0". Loads it, which registers it.
 * @throws Error where WebAssembly is not
 */
export async function wasmVersion(): Promise<string> {
  if (!("WebAssembly" in globalThis)) throw new Error("this JavaScript engine has no WebAssembly");
  return `tfjs-backend-wasm ${(await import("@tensorflow/tfjs-backend-wasm")).version_wasm}`;
}
