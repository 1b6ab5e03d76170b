import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Aliases, so that tests run on the sources: `@weightcast/x` is packages/x/src, regardless of the last build. */
const alias = [
  {
    find: /^@weightcast\/([\w-]+)\/(testing|plans|catalog|spec|record|claims|safetensors|allocation)$/,
    replacement: path("packages/$1/src/$2/index.ts"),
  },
  { find: /^@weightcast\/([\w-]+)\/(node|names|types)$/, replacement: path("packages/$1/src/$2.ts") },
  { find: /^@weightcast\/([\w-]+)$/, replacement: path("packages/$1/src/index.ts") },
];

/** What every file of tests has set up: first that comparing large arrays is fast. */
const equality = path("vitest.equality.ts");

const nodeModules = "**/node_modules/**";

/** Limit of a test in milliseconds, for a machine that has other work to do: longer with more generated cases (`npm run sweep`). */
const testTimeout = 60_000 * Number(process.env.WEIGHTCAST_SWEEP ?? 1);

/**
 * Whether the native engine works; prints a warning if it does not. Vitest reads this file once per project, so the answer
 * is kept in the environment.
 */
function nativeWorks(): boolean {
  const known = process.env.WEIGHTCAST_NATIVE_WORKS;
  if (known) return known === "yes";
  const { status, stderr } = spawnSync(process.execPath, [path("scripts/native.mjs"), "--check"], { encoding: "utf8" });
  process.env.WEIGHTCAST_NATIVE_WORKS = status === 0 ? "yes" : "no";
  if (status === 0) return true;
  const rule = "━".repeat(100);
  console.warn(
    `\n${rule}\nTHE TENSOR TESTS DO NOT RUN ON THE NATIVE ENGINE, only on wasm and cpu.\n${stderr.trim()}\n${rule}\n`,
  );
  return false;
}

/** Tests of what combines layers and steps, which have their own on every engine: whole trainings, networks and files. */
const combined = [
  "packages/training/src/{loop,pretraining,fit,examples}/**",
  "packages/dictionary-autoencoder/src/**",
  "packages/experiments/src/figures/fig1/training.tensor.test.ts",
  "packages/{convert,files,runs}/**",
  "packages/models/src/networks.tensor.test.ts",
];

/** Project of the tests that run tensor operations, on one engine. */
const tensor = (engine: "cpu" | "wasm" | "native") => ({
  extends: true as const,
  test: {
    name: `tensor:${engine}`,
    include: [
      "{packages,apps}/*/{src,test}/**/*.tensor.test.ts",
      ...(engine === "wasm" ? ["benchmarks/examples/*.tensor.test.mjs"] : []),
    ],
    // wasm does everything; the others do single operations, layers and steps, which is where engines differ.
    exclude: [
      ...(engine === "wasm" ? [] : combined),
      // These kernels are the wasm engine's own. On cpu, TensorFlow.js's would be tested.
      ...(engine === "cpu" ? ["packages/backend/src/wasm/{batch-matmul,fused-matmul,identity,slice,gather}.*"] : []),
      nodeModules,
    ],
    setupFiles: [equality, path("vitest.setup.ts")],
    // TensorFlow.js is loaded once for all files instead of once per file, which takes half the time. So no test may leave
    // anything behind.
    isolate: false,
    env: { WEIGHTCAST_ENGINE: engine },
    testTimeout,
    maxWorkers: 2,
    // Native uses all cores, so it runs after the others.
    ...(engine === "native" && { sequence: { groupOrder: 1 } }),
  },
});

export default defineConfig({
  resolve: { alias },
  test: {
    // What one project has transformed, the others read.
    experimental: { fsModuleCache: true },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["{packages,apps}/*/{src,test}/**/*.test.ts", "benchmarks/lib/*.test.mjs"],
          exclude: ["**/*.{tensor,mocked,isolated}.test.ts", nodeModules],
          // Modules are loaded once for all files, which takes half the time. So no test may replace one, or leave anything behind.
          isolate: false,
          setupFiles: [equality],
          testTimeout,
          maxWorkers: 2,
        },
      },
      // Unit tests that replace modules, or need one that nobody has used before.
      {
        extends: true,
        test: {
          name: "isolated",
          include: ["{packages,apps}/*/src/**/*.isolated.test.ts"],
          setupFiles: [equality],
          testTimeout,
          maxWorkers: 2,
        },
      },
      // The linters' rules and the code in the documents. The latter needs `npm run build` first.
      {
        extends: true,
        test: { name: "scripts", include: ["scripts/*.test.mjs"], maxWorkers: 2, sequence: { groupOrder: 2 } },
      },
      // Tensor tests that replace modules, which only works before they are loaded.
      {
        extends: true,
        test: {
          name: "mocked",
          include: ["packages/*/src/**/*.mocked.test.ts"],
          setupFiles: [equality, path("vitest.setup.ts")],
          env: { WEIGHTCAST_ENGINE: "cpu" },
          testTimeout,
          maxWorkers: 2,
        },
      },
      tensor("cpu"),
      tensor("wasm"),
      ...(nativeWorks() ? [tensor("native")] : []),
    ],
  },
});
