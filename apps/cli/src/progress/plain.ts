import type { World } from "../world";
import { plainLine } from "./lines";
import { advance, type RunStates } from "./state";
import { fewRuns, type ProgressView } from "./view";

/** Milliseconds between two lines about steps, or the download, of one run. */
const stepEvery = 10_000;

/**
 * Progress for logs: a line for what happens, and one every ten seconds where nothing else does.
 * @param labels of all the runs @default [], few
 */
export function plainView(
  { stderr, now }: Pick<World, "stderr" | "now">,
  labels: readonly string[] = [],
): ProgressView {
  let states: RunStates = new Map();
  const spoke = new Map<string, number>();
  const note = (text: string) => void stderr.write(`${text}\n`);
  return {
    note,
    on(event) {
      states = advance(states, event);
      if (event.type === "skip" && labels.length > fewRuns) return;
      const time = now();
      const frequent = event.type === "step" ? time : event.type === "download" ? -Infinity : undefined;
      if (frequent !== undefined && time - (spoke.get(event.id) ?? frequent) < stepEvery) return;
      const line = plainLine(event, states.get(event.id)!);
      if (line === undefined) return;
      spoke.set(event.id, time);
      note(line);
    },
    stop() {},
  };
}
