import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { folderWith } from "../testing/folder";

const source = readFileSync(new URL("./exit-guard.ts", import.meta.url), "utf8");
const { outputText } = ts.transpileModule(source, {
  compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
});

/** Process in which a program awaits a module under the guard, as `weightcast` awaits a command. */
function run(loaded: string, after = "") {
  const folder = folderWith({
    "guard.mjs": outputText,
    "loaded.mjs": loaded,
    "main.mjs": `import { guardExit } from "./guard.mjs";
      const finished = guardExit();
      await import("./loaded.mjs");
      ${after}
      finished();`,
  });
  const { status, stderr } = spawnSync(process.execPath, [join(folder, "main.mjs")], { encoding: "utf8" });
  return { status, stderr };
}

test.each([
  ["exits with 0", "process.exit(0)"],
  ["exits later", "setTimeout(() => process.exit(0), 5); await new Promise((done) => setTimeout(done, 10_000));"],
  ["never settles", "await new Promise(() => {});"],
  ["exits, and chooses the code last", 'process.on("exit", () => { process.exitCode = 0; }); process.exit();'],
])("a package that %s fails the command", (_, code) => {
  expect(run(code)).toEqual({
    status: 1,
    stderr: "error: the process was ended before the command was finished, perhaps by a package that it loaded\n",
  });
});

test("a command that finishes has its own exit code", () => {
  expect(run("export default 1;")).toEqual({ status: 0, stderr: "" });
  expect(run("export default 1;", "process.exitCode = 2;")).toEqual({ status: 2, stderr: "" });
  expect(run("export default 1;", "finished(); process.exit(130);")).toEqual({ status: 130, stderr: "" });
});
