/**
 * Loads one of Node's built-in modules without an import, so that bundlers for browsers need no substitute.
 * @throws Error in browsers
 */
export function requireBuiltin<Name extends keyof Builtins>(name: Name): Builtins[Name] {
  const module = typeof process === "undefined" ? undefined : process.getBuiltinModule?.(name);
  if (!module) throw new Error("it runs in Node.js only");
  return module as Builtins[Name];
}

interface Builtins {
  "node:child_process": typeof import("node:child_process");
  "node:fs": typeof import("node:fs");
  "node:module": typeof import("node:module");
  "node:os": typeof import("node:os");
  "node:path": typeof import("node:path");
  "node:util": typeof import("node:util");
}
