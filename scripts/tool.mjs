#!/usr/bin/env node
// Runs a tool of tools/ (biome, knip, …) or of the root in the current folder: node scripts/tool.mjs biome check

import { spawnSync } from "node:child_process";
import { tool } from "./lib/run.mjs";

const [program, ...args] = tool(...process.argv.slice(2));
process.exitCode = spawnSync(program, args, { stdio: "inherit" }).status ?? 1;
