import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { manifest, root } from "./workspace.mjs";

/** Time since `start` (from `performance.now()`), as text. */
export const seconds = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;

/**
 * Runs a command in the root and collects its output.
 *
 * @param command program and arguments; on Windows, `npx` is found through the shell
 * @param env variables to add to the environment
 * @param signal aborts the command
 * @returns `{ code, output }`; `code` is 1 if the command did not start or was killed
 */
export function run([program, ...args], { env = {}, signal, cwd = root } = {}) {
  return new Promise((done) => {
    const shell = process.platform === "win32" && program === "npx";
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, shell, signal });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.on("error", (error) => done({ code: 1, output: `${output}${error.message}\n` }));
    child.on("close", (code) => done({ code: code ?? 1, output }));
  });
}

/** Command that runs a tool of the workspace (of tools/ or of the root) with this Node, without a shell or the PATH. */
export function tool(name, ...args) {
  for (const folder of [".", "tools"]) {
    const dependencies = Object.keys(manifest(folder).devDependencies);
    for (const dependency of dependencies) {
      const home = join(root, folder, "node_modules", dependency);
      const bin = bins(home)[name];
      if (bin) return [process.execPath, join(home, bin), ...args];
    }
  }
  throw new Error(`tool: no dependency of the root or of tools/ has a command ${name}; is everything installed?`);
}

/**
 * Command that runs TypeScript 7, which checks in a fifth of the processor time of 5.9. It has no API yet, so tsup and rollup
 * keep 5.9, which `tool("tsc")` runs.
 */
export const tsc = (...args) => [process.execPath, join(root, "tools/node_modules/typescript-7/bin/tsc"), ...args];

function bins(home) {
  try {
    const { bin = {}, name } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
    return typeof bin === "string" ? { [name.split("/").at(-1)]: bin } : bin;
  } catch {
    return {};
  }
}

/** Command that runs the pnpm version of package.json, through npx: corepack's signature check fails with some registries. */
export const pnpm = (...args) => ["npx", "--yes", manifest().packageManager, ...args];

/** Command that runs turbo, which builds what has changed. It is started by pnpm because it starts pnpm in turn. */
export const turbo = (...args) => pnpm("exec", "turbo", ...args, "--output-logs=errors-only");

/** Command that installs from the unchanged lockfile without questions; `filter` restricts it to some packages. */
export const install = (...filter) => ({
  command: pnpm("install", "--frozen-lockfile", "--reporter=append-only", ...filter),
  env: { CI: "true" },
});
