// A contender's end of the conversation: one JSON object per line. protocol.py is the same in Python.
//
//   at the start → { "ready": { version, … } }, or { "skip": reason } and the end, with "final": true if nothing can be installed
//   { "cmd": "run", "steps": N }  → { seconds, loss }: trains N steps and returns the last loss. The first step may also return { "skip": reason }
//   { "cmd": "tune" }             → { choice }: the fastest of its formulations if it has several, else null
//   { "cmd": "reset" }            → {}: back to the initial weights and the first batch

import { createInterface } from "node:readline";

/** Thrown by a contender that cannot run here, when it is opened or in its first step; the driver reports why. */
export class Skip extends Error {}

/**
 * Serves a contender until its input ends.
 *
 * @param open returns `{ about, reset, steps }`: a description; a function that goes back to the start; and
 *   `steps(first, count)`, which trains on that many of the task's batches and returns a promise of the last loss
 */
export async function serve(open) {
  const say = (object) => process.stdout.write(`${JSON.stringify(object)}\n`);
  console.log = console.error; // standard output is reserved for the conversation
  let contender;
  try {
    contender = await open();
  } catch (error) {
    if (!(error instanceof Skip)) throw error;
    say({ skip: error.message });
    process.exit();
  }
  let done = 0;
  const commands = {
    async run({ steps }) {
      const start = performance.now();
      const first = done;
      done += steps;
      const loss = await contender.steps(first, steps);
      return { seconds: (performance.now() - start) / 1000, loss };
    },
    tune: () => ({ choice: null }),
    async reset() {
      done = 0;
      await contender.reset();
      return {};
    },
  };
  say({ ready: contender.about });
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    try {
      say(await commands[request.cmd](request));
    } catch (error) {
      if (!(error instanceof Skip)) throw error;
      say({ skip: error.message });
    }
  }
  process.exit();
}
