import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Root folder of the repository. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Manifest in a folder, which is relative to the root. */
export const manifest = (folder = ".") => JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));

/** All packages of the workspace that have sources: `{ folder, name, manifest }`, in the order of their folders. */
export function packages() {
  return ["packages", "apps"]
    .flatMap((group) => readdirSync(join(root, group)).map((name) => `${group}/${name}`))
    .filter((folder) => existsSync(join(root, folder, "package.json")))
    .sort()
    .map((folder) => ({ folder, manifest: manifest(folder) }))
    .map(({ folder, manifest }) => ({ folder, name: manifest.name, manifest }));
}

/** Exits with one line if this Node is older than package.json's `engines` allow, as `^a.b.c || ^d.e.f || >=g.h.i`. */
export function checkNode() {
  const { engines } = manifest();
  const [major, minor] = process.versions.node.split(".").map(Number);
  const fits = engines.node.split("||").some((range) => {
    const [, operator, wantMajor, wantMinor] = /(\^|>=)\s*(\d+)\.(\d+)/.exec(range);
    return (major === +wantMajor && minor >= +wantMinor) || (operator === ">=" && major > +wantMajor);
  });
  if (fits) return;
  console.error(
    `Weightcast needs Node ${engines.node}; this is ${process.version} (${process.execPath}). Get a newer one: https://nodejs.org`,
  );
  process.exit(1);
}
