import { join } from "node:path";
import { pnpm, run } from "./run.mjs";
import { packages } from "./workspace.mjs";

/** Packages that are for everybody. */
export const published = () => packages().filter(({ manifest }) => !manifest.private);

/**
 * Packs every published package, as npm would publish it. Build first.
 *
 * @param folder where the tarballs go
 * @returns file of the tarball of each package, by name
 */
export async function pack(folder) {
  const filters = published().map(({ name }) => `--filter=${name}`);
  const { code, output } = await run(pnpm("--recursive", ...filters, "pack", "--pack-destination", folder));
  if (code) throw new Error(`pnpm pack failed:\n${output}`);
  const file = ({ name, manifest }) =>
    join(folder, `${name.replace("@", "").replace("/", "-")}-${manifest.version}.tgz`);
  return new Map(published().map((one) => [one.name, file(one)]));
}
