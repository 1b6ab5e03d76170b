import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Tests run on the sources: `@weightcast/x` is packages/x/src, whatever was built last. */
const alias = [
  {
    find: /^@weightcast\/([\w-]+)\/(testing|plans|catalog|spec|claims)$/,
    replacement: path("packages/$1/src/$2/index.ts"),
  },
  { find: /^@weightcast\/([\w-]+)\/(node|names)$/, replacement: path("packages/$1/src/$2.ts") },
  { find: /^@weightcast\/([\w-]+)$/, replacement: path("packages/$1/src/index.ts") },
];

/** Whether the native engine works; where it does not, says so. Vitest reads this file once per project: it is asked once. */
function nativeWorks(): boolean {
  const asked = process.env.WEIGHTCAST_NATIVE_WORKS;
  if (asked) return asked === "yes";
  const { status, stderr } = spawnSync(process.execPath, [path("scripts/native.mjs"), "--check"], { encoding: "utf8" });
  process.env.WEIGHTCAST_NATIVE_WORKS = status === 0 ? "yes" : "no";
  if (status === 0) return true;
  const rule = "━".repeat(100);
  console.warn(
    `\n${rule}\nTHE TENSOR TESTS DO NOT RUN ON THE NATIVE ENGINE, only on wasm and cpu.\n${stderr.trim()}\n${rule}\n`,
  );
  return false;
}

/** The tests that run tensor operations, on one engine. */
const tensor = (engine: "cpu" | "wasm" | "native") => ({
  extends: true as const,
  test: {
    name: `tensor:${engine}`,
    include: ["{packages,apps}/*/{src,test}/**/*.tensor.test.ts"],
    setupFiles: [path("vitest.setup.ts")],
    // TensorFlow.js is loaded once for all files, not for each: half the time. So no test may leave anything behind.
    isolate: false,
    env: { WEIGHTCAST_ENGINE: engine },
    testTimeout: 30_000,
    // Native uses every core for itself: after the others, a file at a time.
    ...(engine === "native" ? { maxWorkers: 1, sequence: { groupOrder: 1 } } : { maxWorkers: 2 }),
  },
});

export default defineConfig({
  resolve: { alias },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["{packages,apps}/*/{src,test}/**/*.test.ts", "benchmarks/lib/*.test.mjs"],
          exclude: ["**/*.tensor.test.ts", "**/*.mocked.test.ts", "**/node_modules/**"],
          testTimeout: 30_000,
          maxWorkers: 2,
        },
      },
      // The rules of the linters, and the code in the documents, which needs `npm run build` first.
      {
        extends: true,
        test: { name: "scripts", include: ["scripts/*.test.mjs"], maxWorkers: 2, sequence: { groupOrder: 2 } },
      },
      // Tensor tests that replace modules, which only works where none is loaded yet.
      {
        extends: true,
        test: {
          name: "mocked",
          include: ["packages/*/src/**/*.mocked.test.ts"],
          setupFiles: [path("vitest.setup.ts")],
          env: { WEIGHTCAST_ENGINE: "cpu" },
          testTimeout: 30_000,
          maxWorkers: 2,
        },
      },
      tensor("cpu"),
      tensor("wasm"),
      ...(nativeWorks() ? [tensor("native")] : []),
    ],
  },
});
