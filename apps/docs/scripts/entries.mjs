import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./pages.mjs";

/** Public entries of the packages: `{ name, file }`, in the order of the alphabet. `./testing` is for contributors. */
export function publicEntries() {
  return readdirSync(join(root, "packages"))
    .sort()
    .flatMap((folder) => {
      const { exports = {} } = JSON.parse(readFileSync(join(root, "packages", folder, "package.json"), "utf8"));
      return Object.entries(exports).flatMap(([subpath, { types }]) => {
        const name = types?.match(/^\.\/dist\/(.+)\.d\.ts$/)?.[1];
        if (!name || name === "testing") return [];
        const places = [`${name}.ts`, `${name}/index.ts`].map((path) => join(root, "packages", folder, "src", path));
        return [{ name: folder + subpath.slice(1), file: places.find((path) => existsSync(path)) }];
      });
    });
}
