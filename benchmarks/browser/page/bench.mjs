// One contender in one page: benchmarks/browser.mjs opens it and runs steps in it.

import { batches } from "../data.mjs";

let run;

/**
 * Loads a contender and opens it with a problem.
 * @returns milliseconds from the start of loading to the end of the first step, and that step's loss
 */
export async function open(contender, problem, count) {
  const data = batches(count);
  const start = performance.now();
  const module = await import(`/${contender}.js`);
  run = await module.open(problem, data);
  const loss = await run(1);
  return { milliseconds: performance.now() - start, loss };
}

/** Runs steps. @returns their time in milliseconds, and the last one's loss */
export async function steps(count) {
  const start = performance.now();
  const loss = await run(count);
  return { milliseconds: performance.now() - start, loss };
}
