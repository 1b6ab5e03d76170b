/**
 * Process that takes the locks named in its messages `{ file, log, die }`: it logs when it enters and leaves, and reports that it is
 * done; or dies while it holds the lock.
 */
import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { withLock } from "../index";

process.on("message", async ({ file, log, die }: { file: string; log: string; die?: boolean }) => {
  await withLock(file, { beatMs: 25 }, async () => {
    if (die) process.kill(process.pid, "SIGKILL");
    appendFileSync(log, "in\n");
    await sleep(3);
    appendFileSync(log, "out\n");
  });
  process.send!("done");
});
process.send!("ready");
