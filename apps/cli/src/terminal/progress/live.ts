import { createLogUpdate } from "log-update";
import type { World } from "../../world";
import { colorsFor } from "../colors";
import { plainWidth, wrap } from "../wrap";
import { allRuns } from "./all-runs";
import { endLine, liveLine } from "./lines";
import { advance, fewRuns, type ProgressView, type RunStates } from "./state";

/** Milliseconds between two redraws caused by steps. */
const redrawEvery = 80;

/**
 * Progress display for terminals: one line per run in progress, redrawn in place; a finished run leaves its line above.
 * @param labels labels of all runs; they decide the width of the first column
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
  const progress = allRuns(labels.length, now);

  const draw = () => {
    const all = [...states.values()];
    const active = all.filter(({ record, phase }) => !record && phase !== "failed");
    drawn = now();
    if (active.length === 0) return update.clear();
    const total = colors.dim(progress.text(states));
    update(
      [...active.map((state) => liveLine(state, labelWidth + 2, stderr.columns ?? plainWidth, colors)), total].join(
        "\n",
      ),
    );
  };
  return {
    note(text) {
      update.persist(wrap(text, stderr.columns ?? plainWidth));
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
