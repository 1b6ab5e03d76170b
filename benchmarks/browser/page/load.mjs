// The page of benchmarks/load.mjs: loads in a browser.

import { prepare, timeLoads } from "../../load/time-load.mjs";

await prepare();

/** Loads a model a few times. */
export const times = (url, count) =>
  timeLoads(async () => new Uint8Array(await (await fetch(url)).arrayBuffer()), count);
