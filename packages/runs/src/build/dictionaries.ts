import { existsSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type DictionaryModule, dictionaries, modulesOf } from "@weightcast/dictionary";
import autoencoders from "@weightcast/dictionary-autoencoder";
import filters from "@weightcast/dictionary-filters";
import fourier from "@weightcast/dictionary-fourier";
import kernels from "@weightcast/dictionary-kernel";
import random from "@weightcast/dictionary-random";
import wavelets from "@weightcast/dictionary-wavelet";
import { resolve as resolveModule } from "import-meta-resolve";
import { isPackageOrPath, isPath, packageRule } from "../spec/packages";

/** Registers the dictionaries that come with Weightcast. Calling it again has no effect. */
export const registerBuiltIns = (): void =>
  dictionaries.register(...random, ...kernels, ...fourier, ...wavelets, ...autoencoders, ...filters);

/**
 * Dictionary modules that a package default-exports. They are not registered. Loading them runs the package's code.
 * @param from a package's name, or a path to its folder or file (beginning with "./", "../" or "/"); never a URL
 * @param folder folder that relative paths and package names are looked up from
 * @throws TypeError if there is no such package, or its default export is not a dictionary module
 */
export async function loadDictionaries(from: string, folder: string): Promise<readonly DictionaryModule[]> {
  let loaded: { readonly default?: unknown };
  try {
    loaded = await import(/* @vite-ignore */ entryOf(from, folder));
  } catch (error) {
    throw new TypeError(`dictionaries: can't load ${from}: ${whyNot(error, from, folder)}`, { cause: error });
  }
  return modulesOf(loaded.default, from);
}

/** Why a package can't be loaded, and what to do if it is not installed. */
function whyNot(error: unknown, from: string, folder: string): string {
  if (!(error instanceof Error)) return String(error);
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== "ERR_MODULE_NOT_FOUND" || isPath(from) || !message.includes(`'${from}'`)) return message.split("\n")[0]!;
  const there = existsSync(join(folder, from)) ? `write ./${from} for the folder of that name, or ` : "";
  return `it is not installed in ${folder}; ${there}install it there first: npm install ${from}`;
}

/** Registers the modules of each of these packages. */
export async function useDictionaries(packages: readonly string[], folder: string): Promise<void> {
  for (const from of packages) dictionaries.register(...(await loadDictionaries(from, folder)));
}

/**
 * File URL that `import` would load for a package's name, or for a path to its folder or file.
 * @throws an Error if there is no such package or file, or `from` is neither a package's name nor a path
 */
export function entryOf(from: string, folder: string): string {
  if (!isPackageOrPath(from)) throw new Error(`it ${packageRule}`);
  const url = isPath(from) ? entryOfPath(resolve(folder, from)) : resolveModule(from, manifestUrl(folder));
  if (!url.startsWith("file:")) throw new Error(`it is ${url}, not a package's file`);
  return url;
}

function entryOfPath(path: string): string {
  if (!existsSync(path)) throw new Error(`${path} does not exist`);
  if (!statSync(path).isDirectory()) return pathToFileURL(path).href;
  const file = join(path, "package.json");
  if (!existsSync(file)) throw new Error(`${path} is not a package: it has no package.json`);
  const manifest = JSON.parse(readFileSync(file, "utf8"));
  return manifest.exports
    ? resolveModule(manifest.name, manifestUrl(path))
    : pathToFileURL(join(path, manifest.main ?? "index.js")).href;
}

/** URL that packages are resolved from as a file of the folder would. */
const manifestUrl = (folder: string): string => pathToFileURL(join(folder, "package.json")).href;
