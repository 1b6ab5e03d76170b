#!/usr/bin/env node
import module from "node:module";
import { main } from "./main";
import { services } from "./services";
import { guardExit } from "./terminal/exit-guard";
import { processWorld } from "./world";

// Node 22.1 and later keep what V8 has compiled of the modules that commands load, so that the next command starts faster.
(module as { readonly enableCompileCache?: () => void }).enableCompileCache?.();

const finished = guardExit();
const exit = (code: number) => {
  finished();
  process.exit(code);
};

// A reader such as `| head` may close the pipe early, or the terminal is closed. Work that can be interrupted is stopped with a
// checkpoint, as by SIGHUP, which may come a moment later; further output is lost, and nothing else.
let closed = false;
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (closed) return;
    closed = true;
    if (!process.emit("SIGHUP", "SIGHUP")) exit(error.code === "EPIPE" ? 0 : 1);
  });

process.exitCode = await main(process.argv.slice(2), processWorld(services, exit));
finished();
