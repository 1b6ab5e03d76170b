import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { say } from "./say.mjs";

/** Where built addons are kept, for all checkouts of a user. */
export const cacheFolder = () => join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "weightcast");

/** The folder of one built addon. */
export const cacheName = ({ version, napi }, tensorflow) =>
  `native-${version}-${tensorflow}-napi${napi}-${process.platform}-${process.arch}`;

/** The folder of a built addon, of that TensorFlow or the newest; `undefined` if there is none. */
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
