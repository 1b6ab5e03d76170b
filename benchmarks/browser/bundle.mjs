import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const require = createRequire(import.meta.url);

/**
 * One of the modules in `page/` with all it imports, as one module for browsers.
 * @param path of the file, without `.mjs`
 */
export async function bundle(path) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`page/${path}.mjs`, import.meta.url))],
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
    // The built packages: esbuild would follow the root's tsconfig.json to the sources.
    tsconfigRaw: {},
    // onnxruntime-web with its worker and WebAssembly as files of their own, which the server has.
    conditions: ["onnxruntime-web-use-extern-wasm", "module"],
    logLevel: "error",
  });
  return outputFiles[0].text;
}

/** Where the WebAssembly files of the runtimes stand, as routes of `serve`. */
export const wasmRoutes = {
  "/ort/": dirname(require.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm")),
  "/tfjs/": dirname(require.resolve("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm")),
};
