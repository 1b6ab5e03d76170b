import { setTimeout as sleep } from "node:timers/promises";

/** Before each turn, so that threads of the one before, which wait for work in a loop for a while, have gone to sleep. */
const pause = 300;

/**
 * Measures contenders in turns: every round has one turn of each, in opposite order every other round. Whatever else the
 * machine does for a while then hits all of them alike.
 *
 * @param rows each with a `process`
 * @param options `{ rounds, seconds, say }`: seconds of a turn; `say` hears about progress
 * @returns for each row its steps a second, round by round
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

/** Warms up, and gives how many steps take so many seconds, at least one. */
async function stepsIn(seconds, process) {
  await sleep(pause);
  for (let steps = 1; ; steps *= 2) {
    const { seconds: taken } = await process.ask({ cmd: "run", steps });
    if (taken > seconds / 2) return Math.max(1, Math.round((steps / taken) * seconds));
  }
}

/** Steps a second, after a few that do not count: caches are someone else's at first. */
async function turn(process, steps) {
  await sleep(pause);
  await process.ask({ cmd: "run", steps: Math.ceil(steps / 10) });
  const { seconds } = await process.ask({ cmd: "run", steps });
  return steps / seconds;
}
