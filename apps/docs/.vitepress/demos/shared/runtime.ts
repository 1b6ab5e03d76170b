import mjs from "onnxruntime-web/ort-wasm-simd-threaded.mjs?url";
import wasm from "onnxruntime-web/ort-wasm-simd-threaded.wasm?url";
import * as runtime from "onnxruntime-web/wasm";

/** Threads of ONNX Runtime: memory that threads share needs a page that is cross-origin isolated. */
export const threads = (): number => (crossOriginIsolated ? Math.min(8, navigator.hardwareConcurrency) : 1);

/** ONNX Runtime with its WebAssembly from this site. */
export function ortRuntime(): typeof runtime {
  runtime.env.wasm.wasmPaths = { wasm: absolute(wasm), mjs: absolute(mjs) };
  return runtime;
}

const absolute = (path: string) => new URL(path, location.href).href;
