import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const require = createRequire(import.meta.url);

/**
 * Bundles one of the modules in `page/` with everything it imports, as a single module for browsers.
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
    // Uses the built packages: with the root's tsconfig.json, esbuild would use the sources.
    tsconfigRaw: {},
    // Keeps onnxruntime-web's worker and WebAssembly in separate files, which the server provides.
    conditions: ["onnxruntime-web-use-extern-wasm", "module"],
    logLevel: "error",
  });
  return outputFiles[0].text;
}

/** Folders with the WebAssembly files of the runtimes, as routes of `serve`. */
export const wasmRoutes = {
  "/ort/": dirname(require.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm")),
  "/tfjs/": dirname(require.resolve("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm")),
};
