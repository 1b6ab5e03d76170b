import { defineConfig } from "tsup";

/**
 * The one build of every package: ES modules for Node 20 and browsers of the same age.
 * Declarations are written by `npm run types`, so that running needs no type checker.
 *
 * @param entry the package's entry points, by output name
 */
export const preset = (entry: Record<string, string> = { index: "src/index.ts" }) =>
  defineConfig({
    entry,
    format: "esm",
    target: "es2022",
    platform: "neutral",
    treeshake: true,
    splitting: true,
    clean: ["!**/*.d.ts"],
    silent: true,
  });
