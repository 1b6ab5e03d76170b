/**
 * Deprecated functions of `node:util` that tfjs-node 4.22 calls. Node 23 removed `isNullOrUndefined`, so that the first
 * operation fails with "util_1.isNullOrUndefined is not a function"; `isArray` is deprecated in the same way.
 */
const removed = {
  isArray: Array.isArray,
  isNullOrUndefined: (value: unknown) => value === null || value === undefined,
};

/**
 * Restores the functions that are missing and leaves existing ones alone. tfjs-node looks the functions up on every
 * call, so they have to stay.
 * @param util the `node:util` module itself: the object that `require("util")` returns
 * @returns the names of the restored functions
 */
export function restoreNodeUtil(util: object): readonly string[] {
  return Object.entries(removed).flatMap(([name, value]) => {
    if (name in util) return [];
    Object.defineProperty(util, name, { value, configurable: true, writable: true });
    return [name];
  });
}
