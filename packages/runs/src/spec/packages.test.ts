import { describe, expect, test } from "vitest";
import { isPackageOrPath, isPath, isRelativePath } from "./packages";
import { resolveRun } from "./run";

const packages = ["acme", "acme-cosine", "@acme/cosine", "a.b_c~d", "JSONStream", "@weightcast/dictionary-kernel"];
const relative = ["./mine", "../mine", ".", "..", ".\\mine", "./data:text/javascript,1"];
const absolute = ["/opt/mine", "C:\\mine", "c:/mine"];
/** Names that Node's `import` would take, or that are no names. */
const refused = [
  "data:text/javascript,process.exit()",
  "DATA:text/javascript,1",
  " data:text/javascript,1",
  "file:///opt/mine.mjs",
  "file:mine.mjs",
  "node:fs",
  "http://example.com/x.mjs",
  "blob:nodedata:1",
  "wasm:x",
  "acme/cosine.js",
  "@acme",
  "@acme/a/b",
  "#internal",
  "_acme",
  ".mine",
  "",
  "a b",
  "acme\n",
  "a".repeat(215),
];

describe("a source of dictionaries", () => {
  test.each(packages)("%j is a package's name", (name) => {
    expect([isPackageOrPath(name), isPath(name)]).toEqual([true, false]);
  });
  test.each([...relative, ...absolute])("%j is a path", (path) => {
    expect([isPackageOrPath(path), isPath(path)]).toEqual([true, true]);
    expect(isRelativePath(path)).toBe(relative.includes(path));
  });
  test.each(refused)("%j is neither, and refused by the schema", (text) => {
    expect(isPackageOrPath(text)).toBe(false);
    expect(() => resolveRun({ use: ["acme", text] }, "run.yaml")).toThrow(
      `run.yaml: use[1]: must be the name of an npm package, or a path that begins with "./", "../" or "/"; URLs are not loaded; got ${JSON.stringify(text).slice(0, 60)}`,
    );
  });
});
