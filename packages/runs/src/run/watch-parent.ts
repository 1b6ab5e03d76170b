import { Worker } from "node:worker_threads";

/** Milliseconds between two looks at the parent. */
const every = 250;

/** Program of the watching thread. Windows keeps the number of a dead parent, so its process is looked for too. */
const watch = `
const parent = require("node:worker_threads").workerData;
const isGone = () => {
  if (process.ppid !== parent) return true;
  try {
    process.kill(parent, 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
};
setInterval(() => isGone() && process.kill(process.pid, "SIGKILL"), ${every});
`;

/**
 * Watch that kills this process once its parent is gone, even while the main thread computes and cannot hear of it, as when a large
 * matrix is decomposed. It is a thread of its own.
 */
export function watchParent(): void {
  new Worker(watch, { eval: true, workerData: process.ppid, stdout: false, stderr: false }).unref();
}
