import { createLogUpdate } from "log-update";
import type { World } from "../../world";
import { count } from "../format";

/** Display of how many things are done. */
export interface Counter {
  /** @param of number in all, if it is known */
  done(done: number, of?: number): void;
  /** Prints a line that stays. */
  note(text: string): void;
  /** Ends the display; must be called. */
  stop(): void;
}

/** Milliseconds between two changes of a line on a terminal, and between two lines of a log. */
const every = { terminal: 100, log: 10_000 };

/**
 * Counter on stderr: on a terminal a line that is redrawn, in logs a line every ten seconds.
 * @param what is counted: "images"
 */
export function counter({ stderr, now }: Pick<World, "stderr" | "now">, what: string): Counter {
  const update = stderr.isTTY ? createLogUpdate(stderr as NodeJS.WriteStream) : undefined;
  let last = now();
  return {
    done(done, of) {
      if (now() - last < (update ? every.terminal : every.log)) return;
      last = now();
      const text = `${count(done)}${of === undefined ? "" : ` of ${count(of)}`} ${what}`;
      if (update) update(text);
      else stderr.write(`${text}\n`);
    },
    note(text) {
      update?.clear();
      stderr.write(`${text}\n`);
    },
    stop() {
      update?.clear();
      update?.done();
    },
  };
}
