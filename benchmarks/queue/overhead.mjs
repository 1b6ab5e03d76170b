import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { openQueue } from "@weightcast/queue";
import { resolveRun, resolveSweep, runSweep } from "@weightcast/runs";
import { redisAt } from "./redis.mjs";

/** Port of the server, other than that of the chaos. */
const port = 7391;
const url = `redis://127.0.0.1:${port}`;

/**
 * Runs that only wait, by workers in processes of their own: the time that scheduling adds, and the memory of this process, the coordinator.
 *
 * @param options `runs`, `milliseconds` of each, `workers`, and `slots` of each worker, the runs that it does at a time
 * @returns seconds, and what they are above the ideal; `rss`: megabytes by the number of runs that have ended
 */
export async function overheadOf({ runs, milliseconds, workers, slots }) {
  const folder = await mkdtemp(join(tmpdir(), "weightcast-overhead-"));
  const server = redisAt(port, folder);
  const going = [];
  try {
    const program = fileURLToPath(new URL("sleeping-worker.mjs", import.meta.url));
    for (let i = 0; i < workers; i++) {
      const args = [program, url, `${slots}`, `${milliseconds}`, folder];
      going.push(spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] }));
    }
    await Promise.all(going.map(({ stdout }) => once(stdout, "data")));
    setFlagsFromString("--heap-growing-percent=20"); // as the command does
    const queue = await openQueue(url);
    const rss = {};
    let ended = 0;
    const onEvent = ({ type }) => {
      if (type !== "end") return;
      ended++;
      if (ended === 1 || ended % Math.ceil(runs / 10) === 0)
        rss[ended] = Math.round(process.memoryUsage.rss() / 2 ** 20);
    };
    const sweep = resolveSweep({ axes: { number: Array.from({ length: runs }, (_, i) => i) } });
    const runOf = ({ number }) => resolveRun({ seed: number });
    const started = performance.now();
    const where = { folder: join(folder, "record"), engine: "cpu", execution: "eager", threads: 1 };
    const options = { ...where, jobs: queue.jobs, executor: queue.executor, onEvent };
    const settings = await runSweep(sweep, { runOf, epochs: 10 }, options);
    const seconds = (performance.now() - started) / 1000;
    await queue.close();
    const ideal = (Math.ceil(runs / (workers * slots)) * milliseconds) / 1000;
    return {
      ...{
        runs,
        milliseconds,
        workers,
        slots,
        recorded: new Set(settings.map(({ records: [record] }) => record?.id)).size,
      },
      ...{ seconds, ideal, overhead: ideal === 0 ? null : seconds / ideal - 1, perRun: seconds / runs },
      ...{ rss, load: loadavg()[0] },
    };
  } finally {
    for (const child of going) child.kill("SIGKILL");
    server.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  }
}
