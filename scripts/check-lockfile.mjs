#!/usr/bin/env node
// The lockfile must install from any registry: it may name packages and their checksums, no host.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./lib/workspace.mjs";

const lines = readFileSync(join(root, "pnpm-lock.yaml"), "utf8").split("\n");
const named = lines.flatMap((line, i) =>
  /\w+:\/\/|\btarball:/.test(line) ? [`pnpm-lock.yaml:${i + 1}: ${line.trim()}`] : [],
);
if (named.length > 0) {
  console.error(`${named.join("\n")}\nThe lockfile names a host: install again with the registry's default settings.`);
  process.exitCode = 1;
}
