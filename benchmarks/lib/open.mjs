import { startProcess } from "./process.mjs";

/** Steps after which losses are compared. Slow contenders leave the later ones out. */
const checkpoints = [1, 5, 25, 100];
const patience = 10;

/**
 * Starts a contender, lets it choose its fastest way, and takes its losses after so many steps from the start.
 *
 * @returns a row, `{ …, process, about, choice, firstStep, losses }`, or `{ …, skipped }`, the reason
 */
export async function open(contender, folder) {
  const start = performance.now();
  const process = startProcess(contender.command(folder));
  try {
    const { ready: about, skip } = await process.ask();
    if (skip) return { ...contender, skipped: skip };
    await process.ask({ cmd: "run", steps: 1 });
    const firstStep = (performance.now() - start) / 1000;
    const { choice } = await process.ask({ cmd: "tune" });
    await process.ask({ cmd: "reset" });
    return { ...contender, process, about, choice, firstStep, losses: await lossesOf(process) };
  } catch (error) {
    process.close();
    if (error.code === "ENOENT") return { ...contender, skipped: `no program ${error.path}` };
    throw error;
  }
}

/** Steps to losses. */
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
