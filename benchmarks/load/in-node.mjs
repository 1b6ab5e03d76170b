// A worker: loads in Node with an engine of its own, so that the first one is cold.

import { readFile } from "node:fs/promises";
import { parentPort, workerData } from "node:worker_threads";
import { prepare, timeLoads } from "./time-load.mjs";

await prepare();
parentPort.postMessage(await timeLoads(async () => new Uint8Array(await readFile(workerData.path)), workerData.count));
