import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { say } from "./say.mjs";

/** Folder of built addons, shared by all checkouts of a user. */
export const cacheFolder = () => join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "weightcast");

/** Name of the folder of a built addon. */
export const cacheName = ({ version, napi }, tensorflow) =>
  `native-${version}-${tensorflow}-napi${napi}-${process.platform}-${process.arch}`;

/** Folder of a built addon, for the given version of TensorFlow or the newest; `undefined` if there is none. */
export function cachedAddon(addon, tensorflow) {
  const folder = cacheFolder();
  if (!existsSync(folder)) return undefined;
  const newest = readdirSync(folder)
    .filter((name) => name === cacheName(addon, tensorflow ?? name.split("-")[2]))
    .sort((a, b) => b.localeCompare(a, "en", { numeric: true }))[0];
  if (!newest) return undefined;
  say(`found ${newest} in ${folder}`);
  return join(folder, newest);
}
