#!/usr/bin/env node
// Checks that the lockfile can be installed from any registry: it may contain packages and their checksums, but no host.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./lib/workspace.mjs";

const lines = readFileSync(join(root, "pnpm-lock.yaml"), "utf8").split("\n");
const hosts = lines.flatMap((line, i) =>
  /\w+:\/\/|\btarball:/.test(line) ? [`pnpm-lock.yaml:${i + 1}: ${line.trim()}`] : [],
);
if (hosts.length > 0) {
  console.error(
    `${hosts.join("\n")}\nThe lockfile contains a host: install again with the registry's default settings.`,
  );
  process.exitCode = 1;
}
