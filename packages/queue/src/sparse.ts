import type { RunEvent } from "@weightcast/runs";

/** Milliseconds between two events of steps, downloads or fits that travel. */
const every = 1000;

/** Passes on every event of a run except its end, and of those that come many times a second one a second. */
export function sparse(pass: (event: RunEvent) => void): (event: RunEvent) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (event) => {
    if (event.type === "end") return; // the record comes with the outcome
    if (event.type === "step" || event.type === "download" || event.type === "fit") {
      const now = performance.now();
      if (now - last < every) return;
      last = now;
    }
    pass(event);
  };
}
