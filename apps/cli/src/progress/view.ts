import type { RunEvent } from "@weightcast/experiments";

/** What shows runs while they go on. */
export interface ProgressView {
  on(event: RunEvent): void;
  /** A line that stays. */
  note(text: string): void;
  /** Ends the display; call it whatever happened. */
  stop(): void;
}

/** Of more runs than these, those found in the record are counted, not listed. */
export const fewRuns = 12;
