#!/usr/bin/env node
// npm start: installs what the command line needs, builds it, and reproduces the paper's figure quickly.
// Arguments after `npm start --` are passed on to the command: npm start -- --seed 2

import { spawn } from "node:child_process";
import { install, run, seconds, turbo } from "./lib/run.mjs";
import { checkNode, root } from "./lib/workspace.mjs";

const cli = "@weightcast/cli";

checkNode();
const { command, env } = install(`--filter=${cli}...`);
await stage("install", command, env);
await stage("build", turbo("run", "build", `--filter=${cli}...`));
await cast(process.argv.slice(2));

/** Runs one quiet step, with one line on stderr. If it fails, prints its output and exits. */
async function stage(name, command, env) {
  const start = performance.now();
  process.stderr.write(`${name} … `);
  const { code, output } = await run(command, { env });
  process.stderr.write(`${code ? "failed after " : ""}${seconds(start)}\n`);
  if (!code) return;
  process.stderr.write(`\n${output}\n`);
  process.exit(code);
}

/** Runs the command line as if it were called directly: same terminal, same signals, same exit code. */
async function cast(args) {
  const child = spawn(process.execPath, ["apps/cli/dist/weightcast.js", "reproduce", "fig4", ...args], {
    stdio: "inherit",
    cwd: root,
    env: { ...process.env, WEIGHTCAST_COMMAND: ["npm start", ...(args.length ? ["--", ...args] : [])].join(" ") },
  });
  // Ctrl-C reaches the whole foreground group, including the child; without a terminal, only this process gets the signal.
  let forwarded = false;
  const forward = (signal) => {
    if ((signal === "SIGINT" && process.stdin.isTTY) || forwarded) return;
    forwarded = true;
    child.kill(signal);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, forward);
  const { code, signal } = await new Promise((done) => child.on("close", (code, signal) => done({ code, signal })));
  process.exitCode = code ?? 128 + (signal === "SIGINT" ? 2 : 15);
}
