import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const demos = fileURLToPath(new URL("../.vitepress/demos/", import.meta.url));

/** Demos with a worker. */
const names = ["train", "predict", "file", "dictionaries"];

/** Imports of `path?url`: the file is copied, and the import is its address. */
const addresses = {
  name: "addresses",
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /\?url$/ }, async ({ path, resolveDir, kind }) => {
      const found = await resolve(path.slice(0, -"?url".length), { resolveDir, kind });
      return found.errors.length > 0 ? found : { path: found.path, namespace: "address" };
    });
    onLoad({ filter: /.*/, namespace: "address" }, async ({ path }) => ({
      contents: await readFile(path),
      loader: "file",
    }));
  },
};

/** Bundles the workers of the demos, `NAME.worker.js`, each with what it needs; what several need is shared. */
export async function writeWorkers(folder) {
  await rm(folder, { recursive: true, force: true });
  await build({
    entryPoints: names.map((name) => join(demos, name, `${name}.worker.ts`)),
    outdir: folder,
    outbase: demos,
    entryNames: "[name]",
    publicPath: "/workers",
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    // Uses the built packages: with the root's tsconfig.json, esbuild would use the sources.
    tsconfigRaw: {},
    // Keeps onnxruntime-web's worker and WebAssembly in files of their own.
    conditions: ["onnxruntime-web-use-extern-wasm", "module"],
    plugins: [addresses],
    logLevel: "error",
  });
}
