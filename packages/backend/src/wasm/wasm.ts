import * as tf from "@tensorflow/tfjs-core";
import type { Candidate } from "../engine";
import { inNode } from "../surroundings";
import { patchWasm } from "./patches";

/** URL of the folder of the `.wasm` files, or of each file by its name. */
export type WasmPaths = string | Readonly<Record<WasmFile, string>>;
type WasmFile = "tfjs-backend-wasm.wasm" | "tfjs-backend-wasm-simd.wasm" | "tfjs-backend-wasm-threaded-simd.wasm";

/**
 * WebAssembly with SIMD (XNNPACK), with its slow and wrong kernels replaced and its missing ones added.
 *
 * @param paths place of its files; without effect once the backend has started
 */
export const wasmOf = (paths?: WasmPaths): Candidate => ({
  engine: "wasm",
  async open() {
    const version = await wasmVersion();
    const { getThreadsCount, setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
    if (paths !== undefined && !started) setWasmPaths(paths);
    // Before the backend starts: it sets its kernels up when it is chosen.
    const patches = patchWasm(await import("@tensorflow/tfjs-backend-cpu"));
    if (!(await tf.setBackend("wasm"))) throw new Error(inNode() ? "its backend does not start" : noFiles(paths));
    await tf.ready();
    started = true;
    return { version, threads: getThreadsCount(), ...patches };
  },
});

/** Whether the backend runs: then its files are loaded, and their place can't change. */
let started = false;

const noFiles = (paths?: WasmPaths) =>
  `its .wasm files do not load from ${paths === undefined ? "beside the script" : JSON.stringify(paths)}: serve those of @tensorflow/tfjs-backend-wasm/dist, and pass their folder as wasmPaths`;

/**
 * Loads the wasm backend, which registers it.
 * @returns its version: "tfjs-backend-wasm 4.22.0"
 * @throws Error if there is no WebAssembly
 */
export async function wasmVersion(): Promise<string> {
  if (!("WebAssembly" in globalThis)) throw new Error("this JavaScript engine has no WebAssembly");
  return `tfjs-backend-wasm ${(await import("@tensorflow/tfjs-backend-wasm")).version_wasm}`;
}
