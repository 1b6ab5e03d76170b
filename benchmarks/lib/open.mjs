import { setTimeout as sleep } from "node:timers/promises";
import { startProcess } from "./process.mjs";

/** Numbers of steps after which losses are compared. Slow contenders skip the later ones. */
const checkpoints = [1, 5, 25, 100];
const patience = 10;

/**
 * Starts a contender, lets it choose its fastest way, and reads its losses at the checkpoints. A contender with several
 * ways is restarted in the fastest one, so that the memory of the others does not count.
 *
 * @param slowest maximum number of seconds that a step may take
 * @returns a row, `{ …, process, about, choice, firstStep, losses }`, or `{ …, skipped }`, the reason
 */
export async function open(contender, folder, slowest = Infinity) {
  let process;
  const start = async (way) => {
    process?.close();
    process = startProcess(contender.command(folder, way));
    return process.ask();
  };
  try {
    const begin = performance.now();
    const { ready: about, skip, final } = await start();
    if (skip) return { ...contender, skipped: skip, ...(final && { install: undefined }) };
    const tooSlow = (skipped, seconds) =>
      close({ ...contender, skipped, install: `--slowest ${Math.ceil(seconds / 10 + 1) * 10}` });
    const first = await within(contender.eager ? slowest : Infinity, process.ask({ cmd: "run", steps: 1 }));
    if (!first) return tooSlow(`a step takes more than ${slowest} s`, 10 * slowest);
    const firstStep = (performance.now() - begin) / 1000;
    if (first.skip) return close({ ...contender, skipped: first.skip, install: undefined });
    // The first step may have compiled something.
    const { seconds } = first.seconds > slowest ? await process.ask({ cmd: "run", steps: 1 }) : first;
    if (seconds > slowest) return tooSlow(`a step takes ${seconds.toFixed(0)} s, more than ${slowest}`, seconds);
    const { choice } = await process.ask({ cmd: "tune" });
    if (choice) await start(choice);
    await process.ask({ cmd: "reset" });
    return { ...contender, process, about, choice, firstStep, losses: await lossesOf(process) };
  } catch (error) {
    process.close();
    if (error.code === "ENOENT") return { ...contender, skipped: `no program ${error.path}` };
    throw error;
  }
  function close(row) {
    process.close();
    return row;
  }
}

/** Result of a promise, or undefined if it takes longer than the given number of seconds. */
async function within(seconds, promise) {
  if (seconds === Infinity) return promise;
  const stop = new AbortController();
  try {
    return await Promise.race([promise, sleep(1000 * seconds, undefined, { signal: stop.signal })]);
  } finally {
    stop.abort();
  }
}

/** Losses by number of steps. */
async function lossesOf(process) {
  const losses = {};
  const start = performance.now();
  let done = 0;
  for (const steps of checkpoints) {
    if (done >= checkpoints[1] && performance.now() - start > 1000 * patience * (done / steps)) break;
    const { loss } = await process.ask({ cmd: "run", steps: steps - done });
    losses[steps] = loss;
    done = steps;
  }
  return losses;
}
