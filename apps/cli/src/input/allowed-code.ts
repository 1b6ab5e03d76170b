import { resolve } from "node:path";
import { isPath } from "@weightcast/runs/spec";
import { usageError } from "../errors";
import type { World } from "../world";

/** User's word that packages of a configuration file may be loaded. */
export interface CodeFlags {
  /** `--allow-use` */
  readonly allowUse?: true;
  /** `--use`: packages named on the command line, which is a clear word by itself. */
  readonly use?: readonly string[];
}

/**
 * Makes sure that the user wants the packages that a configuration file names, because loading a package runs its code: by
 * `--allow-use`, by `--use` of the same package, or by an answer in the terminal.
 * @param packages valid names or paths, as the file has them in `use`
 * @param config the file, for messages
 * @throws a usage error that names the packages and the flag
 */
export async function checkAllowed(
  packages: readonly string[],
  { allowUse, use = [] }: CodeFlags,
  config: string,
  { folder, confirm }: Pick<World, "folder" | "confirm">,
): Promise<void> {
  const placeOf = (from: string) => (isPath(from) ? resolve(folder, from) : from);
  const named = use.map(placeOf);
  const others = packages.filter((from) => !named.includes(placeOf(from)));
  if (allowUse || others.length === 0) return;
  const list = others.map((from) => JSON.stringify(from)).join(", ");
  const asks = `${config} loads dictionaries from ${list}, which runs their code`;
  if (await confirm?.(`${asks}. Allow it? [y/N] `)) return;
  throw usageError(`${asks}; if you trust it, add --allow-use`);
}
