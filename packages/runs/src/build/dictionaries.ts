import { existsSync, readFileSync, statSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type DictionaryModule, dictionaries, modulesOf } from "@weightcast/dictionary";
import autoencoders from "@weightcast/dictionary-autoencoder";
import fourier from "@weightcast/dictionary-fourier";
import kernels from "@weightcast/dictionary-kernel";
import random from "@weightcast/dictionary-random";
import wavelets from "@weightcast/dictionary-wavelet";
import { resolve as resolveModule } from "import-meta-resolve";

/** Registers the dictionaries that come with Weightcast. Calling it again has no effect. */
export const registerBuiltIns = (): void =>
  dictionaries.register(...random, ...kernels, ...fourier, ...wavelets, ...autoencoders);

/**
 * Dictionary modules that a package default-exports. They are not registered.
 * @param from a package's name, or a path to its folder or file (beginning with "." or "/")
 * @param folder folder that relative paths and package names are looked up from
 * @throws TypeError if there is no such package, or its default export is not a dictionary module
 */
export async function loadDictionaries(from: string, folder: string): Promise<readonly DictionaryModule[]> {
  let loaded: { readonly default?: unknown };
  try {
    loaded = await import(/* @vite-ignore */ entryOf(from, folder));
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new TypeError(`dictionaries: can't load ${from}: ${why}`);
  }
  return modulesOf(loaded.default, from);
}

/** Registers the modules of each of these packages. */
export async function useDictionaries(packages: readonly string[], folder: string): Promise<void> {
  for (const from of packages) dictionaries.register(...(await loadDictionaries(from, folder)));
}

/** URL that `import` would load for a package's name, or for a path to its folder or file. */
export function entryOf(from: string, folder: string): string {
  const parent = (directory: string) => pathToFileURL(join(directory, "package.json")).href;
  if (!from.startsWith(".") && !isAbsolute(from)) return resolveModule(from, parent(folder));
  const path = resolve(folder, from);
  if (!existsSync(path)) throw new Error(`${path} does not exist`);
  if (!statSync(path).isDirectory()) return pathToFileURL(path).href;
  const manifest = JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
  return manifest.exports
    ? resolveModule(manifest.name, parent(path))
    : pathToFileURL(join(path, manifest.main ?? "index.js")).href;
}
