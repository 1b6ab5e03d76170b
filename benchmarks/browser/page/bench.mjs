// One contender in one page: benchmarks/browser.mjs opens it and has it run steps.

import { batches } from "../data.mjs";

let run;

/**
 * Loads a contender and opens it on a problem.
 * @returns milliseconds from nothing loaded to the end of the first step, and that step's loss
 */
export async function open(contender, problem, count) {
  const given = batches(count);
  const start = performance.now();
  const module = await import(`/${contender}.js`);
  run = await module.open(problem, given);
  const loss = await run(1);
  return { milliseconds: performance.now() - start, loss };
}

/** @returns milliseconds of that many steps, and the last one's loss */
export async function steps(count) {
  const start = performance.now();
  const loss = await run(count);
  return { milliseconds: performance.now() - start, loss };
}
