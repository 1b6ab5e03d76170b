#!/usr/bin/env node
// npm run pack: builds all packages and packs them into packed/, to install them elsewhere before they are on npm.

import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { pack } from "./lib/pack.mjs";
import { turbo } from "./lib/run.mjs";
import { root } from "./lib/workspace.mjs";

const folder = join(root, "packed");
for (const [program, ...args] of [turbo("run", "build"), [process.execPath, join(root, "scripts/types.mjs")]]) {
  const shell = process.platform === "win32" && program === "npx";
  const { status } = spawnSync(program, args, { stdio: "inherit", shell });
  if (status !== 0) process.exit(status ?? 1);
}
rmSync(folder, { recursive: true, force: true });
const { size } = await pack(folder);
console.log(`${size} packages in ${folder}. In a project of yours:

  npm install ${join(folder, "*.tgz")}
  npx weightcast doctor`);
