#!/usr/bin/env node
import { main } from "./main";
import { services } from "./services";
import { processWorld } from "./world";

// A reader such as `| head` may close the pipe early.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

process.exitCode = await main(process.argv.slice(2), processWorld(services));
