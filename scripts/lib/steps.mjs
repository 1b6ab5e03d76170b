import { run, seconds } from "./run.mjs";

/**
 * Runs steps, two at a time if their `after` allows it, prints a line when each one ends, and stops at the first failure.
 *
 * @param steps each `{ name, command, env?, after?, alone?, mayFail?, shows? }`: `after` names steps that must end
 *   before; `alone`: nothing else runs at the same time; `mayFail`: its failure is printed but does not stop the others;
 *   `shows(output)` returns text to print below its line
 * @returns the records `{ name, code, time, output }`, in the order in which the steps ended
 */
export async function runSteps(steps) {
  const waiting = [...steps];
  const running = new Map();
  const ended = [];
  const stop = new AbortController();
  const ready = ({ after = [], alone }) =>
    after.every((name) => ended.some((record) => record.name === name)) &&
    running.size < 2 &&
    (!alone || running.size === 0) &&
    ![...running.keys()].some((step) => step.alone);

  while (waiting.length + running.size > 0) {
    for (let next = waiting.findIndex(ready); next >= 0; next = waiting.findIndex(ready)) {
      const [step] = waiting.splice(next, 1);
      running.set(step, one(step, stop.signal));
    }
    if (running.size === 0) throw new Error(`steps: nothing can run: ${waiting.map(({ name }) => name)}`);
    const record = await Promise.race(running.values());
    running.delete(record.step);
    ended.push(record);
    announce(record);
    if (record.code && !record.step.mayFail) {
      stop.abort();
      break;
    }
  }
  return ended;
}

async function one(step, signal) {
  const start = performance.now();
  const { code, output } = await run(step.command, { env: step.env, signal });
  return { name: step.name, step, code, output, time: seconds(start) };
}

function announce({ name, step, code, output, time }) {
  const rule = "━".repeat(100);
  console.log(`${code ? "✗" : "✓"} ${name.padEnd(12)} ${time.padStart(8)}`);
  const shown = step.shows?.(output);
  if (!code && shown) console.log(shown);
  if (!code) return;
  const heading = step.mayFail ? `${name.toUpperCase()} FAILED; the other steps continue without it` : `${name} failed`;
  console.log(`${rule}\n${heading}\n$ ${step.command.join(" ")}\n\n${output.trim()}\n${rule}`);
}
