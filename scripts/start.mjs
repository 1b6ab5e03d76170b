#!/usr/bin/env node
// npm start: install what the command line needs, build it, and run the paper's figure, quickly.
// What follows `npm start --` goes to the command: npm start -- --seed 2

import { spawn } from "node:child_process";
import { install, run, seconds, turbo } from "./lib/run.mjs";
import { checkNode, root } from "./lib/workspace.mjs";

const cli = "@weightcast/cli";

checkNode();
const { command, env } = install(`--filter=${cli}...`);
await stage("install", command, env);
await stage("build", turbo("run", "build", `--filter=${cli}...`));
await cast(process.argv.slice(2));

/** One quiet step, with one line on stderr; if it fails, what it printed, and the end. */
async function stage(name, command, env) {
  const start = performance.now();
  process.stderr.write(`${name} … `);
  const { code, output } = await run(command, { env });
  process.stderr.write(`${code ? "failed after " : ""}${seconds(start)}\n`);
  if (!code) return;
  process.stderr.write(`\n${output}\n`);
  process.exit(code);
}

/** Runs the command line as if it had been called itself: same terminal, same signals, same exit code. */
async function cast(args) {
  const child = spawn(process.execPath, ["apps/cli/dist/weightcast.js", "reproduce", "fig4", ...args], {
    stdio: "inherit",
    cwd: root,
    env: { ...process.env, WEIGHTCAST_COMMAND: ["npm start", ...(args.length ? ["--", ...args] : [])].join(" ") },
  });
  // Ctrl-C reaches the whole foreground group, the child too; without a terminal only this process is told.
  let told = false;
  const tell = (signal) => {
    if ((signal === "SIGINT" && process.stdin.isTTY) || told) return;
    told = true;
    child.kill(signal);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, tell);
  const { code, signal } = await new Promise((done) => child.on("close", (code, signal) => done({ code, signal })));
  process.exitCode = code ?? 128 + (signal === "SIGINT" ? 2 : 15);
}
