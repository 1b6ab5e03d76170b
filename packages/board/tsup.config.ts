import { defineConfig } from "tsup";
import { preset } from "../../tsup.preset";

export default [
  // Both write into one folder, at the same time: neither may empty it.
  { ...preset(), clean: false },
  // The page's script is one file, which the server reads.
  defineConfig({
    entry: { page: "page/main.ts" },
    format: "esm",
    target: "es2022",
    platform: "browser",
    minify: true,
    splitting: false,
    silent: true,
  }),
];
