import { duration } from "../format";
import type { RunStates } from "./state";

/** Progress of all runs together. */
export interface AllRuns {
  /** How many of them are done, and how long the rest takes: "3 of 8 runs done, 1:20 left". */
  text(states: RunStates): string;
}

/**
 * Progress of all runs. The time left is that of the work done so far, in proportion; it is not told before a run has ended.
 * @param count number of runs
 */
export function allRuns(count: number, now: () => number): AllRuns {
  const started = now();
  return {
    text(states) {
      const all = [...states.values()];
      const done = all.filter(({ record, phase }) => record || phase === "failed").length;
      const ended = all.filter(({ record, found }) => record && !found).length;
      const begun = all
        .filter(({ record }) => !record)
        .reduce((sum, { training }) => sum + (training ? training.step / training.steps : 0), 0);
      const text = `${done} of ${count} runs done`;
      const left = count - done - begun;
      if (ended === 0 || left <= 0) return text;
      const seconds = (now() - started) / 1000;
      return `${text}, ${duration((seconds * left) / (ended + begun))} left`;
    },
  };
}
