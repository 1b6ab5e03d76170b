import type { World } from "../../world";
import { allRuns } from "./all-runs";
import { plainLine } from "./lines";
import { advance, fewRuns, type ProgressView, type RunStates } from "./state";

/** Milliseconds between two lines about the steps or the download of one run. */
const stepEvery = 10_000;

/**
 * Progress display for logs: one line per event, and one every ten seconds while only steps or downloads happen.
 * @param labels labels of all runs; several have a common progress @default [], a few
 */
export function plainView(
  { stderr, now }: Pick<World, "stderr" | "now">,
  labels: readonly string[] = [],
): ProgressView {
  let states: RunStates = new Map();
  const written = new Map<string, number>();
  const progress = allRuns(labels.length, now);
  const note = (text: string) => void stderr.write(`${text}\n`);
  return {
    note,
    on(event) {
      states = advance(states, event);
      if (event.type === "skip" && labels.length > fewRuns) return;
      const time = now();
      // A download is reported at once, steps only if nothing else was for a while.
      const frequent = event.type === "step" ? time : event.type === "download" ? -Infinity : undefined;
      if (frequent !== undefined && time - (written.get(event.id) ?? frequent) < stepEvery) return;
      const line = plainLine(event, states.get(event.id)!);
      if (line === undefined) return;
      written.set(event.id, time);
      note(event.type === "end" && labels.length > 1 ? `${line}; ${progress.text(states)}` : line);
    },
    stop() {},
  };
}
