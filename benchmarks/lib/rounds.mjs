import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds before each turn, so that the previous contender's threads, which spin for a while, have gone to sleep. */
const pause = 300;

/**
 * Measures contenders in turns: every round has one turn of each, in the opposite order every other round, so that other
 * load on the machine affects all of them alike.
 *
 * @param rows each with a `process`
 * @param options `{ rounds, seconds, say }`: `seconds` per turn; `say` is called with a line of text about the progress
 * @returns steps per second of each row, round by round
 */
export async function measure(rows, { rounds, seconds, say }) {
  const steps = [];
  say("warm up");
  for (const { process } of rows) steps.push(await stepsIn(seconds, process));
  const rates = rows.map(() => []);
  const order = [...rows.keys()];
  for (let round = 1; round <= rounds; round++) {
    say(`round ${round} of ${rounds}`);
    for (const i of order) rates[i].push(await turn(rows[i].process, steps[i]));
    order.reverse();
  }
  return rates;
}

/** Warms up a contender. @returns the number of steps that it does in the given number of seconds, at least one */
async function stepsIn(seconds, process) {
  await sleep(pause);
  for (let steps = 1; ; steps *= 2) {
    const { seconds: taken } = await process.ask({ cmd: "run", steps });
    if (taken > seconds / 2) return Math.max(1, Math.round((steps / taken) * seconds));
  }
}

/** Steps per second in one turn, after a few steps that do not count, because caches hold another contender's data. */
async function turn(process, steps) {
  await sleep(pause);
  await process.ask({ cmd: "run", steps: Math.ceil(steps / 10) });
  const { seconds } = await process.ask({ cmd: "run", steps });
  return steps / seconds;
}
