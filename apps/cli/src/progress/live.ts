import { createLogUpdate } from "log-update";
import { colorsFor } from "../colors";
import type { World } from "../world";
import { endLine, liveLine } from "./lines";
import { advance, type RunStates } from "./state";
import { fewRuns, type ProgressView } from "./view";

/** Milliseconds between two redraws for steps. */
const redrawEvery = 80;

/**
 * Progress for terminals: a line for each run under way, redrawn in place; a run that ends leaves its line above.
 * @param labels of all the runs: how many, and how wide the first column is
 */
export function liveView(
  { stderr, environment, now }: Pick<World, "stderr" | "environment" | "now">,
  labels: readonly string[],
): ProgressView {
  const colors = colorsFor(stderr, environment);
  const labelWidth = Math.max(0, ...labels.map((label) => label.length));
  const update = createLogUpdate(stderr as NodeJS.WriteStream);
  let states: RunStates = new Map();
  let drawn = Number.NEGATIVE_INFINITY;

  const draw = () => {
    const all = [...states.values()];
    const active = all.filter(({ record }) => !record);
    drawn = now();
    if (active.length === 0) return update.clear();
    const total = colors.dim(`${all.length - active.length} of ${labels.length} runs done`);
    update([...active.map((state) => liveLine(state, labelWidth + 2, stderr.columns ?? 80, colors)), total].join("\n"));
  };
  return {
    note(text) {
      update.persist(text);
      draw();
    },
    on(event) {
      states = advance(states, event);
      if (event.type === "step" && now() - drawn < redrawEvery) return;
      if (event.type === "end" || (event.type === "skip" && labels.length <= fewRuns))
        update.persist(endLine(states.get(event.id)!, event.type === "skip", labelWidth, colors));
      draw();
    },
    stop() {
      update.clear();
      update.done();
    },
  };
}
