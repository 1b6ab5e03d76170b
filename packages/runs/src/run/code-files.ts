import { readFileSync, statSync } from "node:fs";
import { readdir, readFile, realpath } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { entryOf } from "../build/dictionaries";
import { isPath } from "../spec/packages";

/** Files that Node loads as code, its data and its settings. */
const code = /\.(?:[cm]?[jt]s|json|wasm|node)$/i;
/** Code that can name other files. */
const script = /\.[cm]?[jt]s$/i;
/** Relative paths in quotes, as in `import "./atoms.js"`, `require("./atoms")` and `new URL("./atoms.bin", import.meta.url)`. */
const quotedPaths = /(["'`])(\.{1,2}\/(?:(?!\1)[^\\\n$])*)\1/g;
/** Endings that `require` and bundlers add. */
const endings = ["", ".js", ".mjs", ".cjs", ".json", "/index.js"];

/** File of a package's code: where it is, and its path from the package's folder, which is the same wherever that lies. */
export interface CodeFile {
  readonly file: string;
  readonly name: string;
}

/**
 * Files that decide what a dictionary's package computes, sorted by name: its entry; all code in the folder of the package
 * (scripts, JSON, WebAssembly), if a package or a folder is named; and every file, inside or outside, that one of these names
 * by a relative path in quotes. Installed dependencies (`node_modules`) are not part of it: the manifest names them.
 * @param from a package's name, or a path to its folder or file
 * @param folder folder that relative paths and package names are looked up from
 * @returns none if there is no such package, which the code that loads it reports
 */
export async function codeFiles(from: string, folder: string): Promise<CodeFile[]> {
  let entry: string;
  let isOneFile: boolean;
  try {
    entry = await realpath(fileURLToPath(entryOf(from, folder)));
    isOneFile = isPath(from) && statSync(resolve(folder, from)).isFile();
  } catch {
    return [];
  }
  const root = isOneFile ? dirname(entry) : await realpath(isPath(from) ? resolve(folder, from) : packageOf(entry));
  const files = new Set([entry, ...(isOneFile ? [] : await codeIn(root))]);
  for (const file of files) for (const named of await namedBy(file)) files.add(named); // a Set grows while it is walked
  return [...files]
    .map((file) => ({ file, name: relative(root, file).split(sep).join("/") }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Folder of the package that a file belongs to: the nearest one with a manifest that has a name, otherwise its own folder. */
function packageOf(file: string): string {
  for (let folder = dirname(file); dirname(folder) !== folder; folder = dirname(folder)) {
    // A manifest below dist/ may only say { "type": "module" }.
    if (nameIn(join(folder, "package.json")) !== undefined) return folder;
  }
  return dirname(file);
}

function nameIn(manifest: string): unknown {
  try {
    return JSON.parse(readFileSync(manifest, "utf8")).name;
  } catch {
    return undefined; // there is none, or it is damaged: then the package does not load either
  }
}

/** Real paths of the code files below a folder, without installed packages and hidden folders. */
async function codeIn(folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== "node_modules" && !entry.name.startsWith("."))
      files.push(...(await codeIn(path)));
    else if (entry.isFile() && code.test(entry.name)) files.push(path);
    else if (entry.isSymbolicLink() && code.test(entry.name) && isFile(path)) files.push(await realpath(path));
  }
  return files;
}

/** Real paths of the files that a script names by relative paths. */
async function namedBy(file: string): Promise<string[]> {
  if (!script.test(file)) return [];
  const text = await readFile(file, "utf8").catch(() => "");
  const named = [...text.matchAll(quotedPaths)].flatMap(([, , path]) => {
    const found = endings.map((ending) => resolve(dirname(file), withoutQuery(path!)) + ending).find(isFile);
    return found === undefined ? [] : [found];
  });
  return Promise.all(named.map((path) => realpath(path)));
}

const withoutQuery = (path: string): string => path.replace(/[?#].*$/, "");

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
