/** A training as the page shows it. */
export interface Run {
  step: number;
  steps: number;
  points: { step: number; loss: number }[];
  epochs: { error: number; seconds: number }[];
  filters: Float32Array | undefined;
  status: "done" | "interrupted" | undefined;
  /** Milliseconds from the press to the end of the first steps. */
  firstStep: number | undefined;
}

/** A training that has not begun. */
export const emptyRun = (): Run => ({
  step: 0,
  steps: 0,
  points: [],
  epochs: [],
  filters: undefined,
  status: undefined,
  firstStep: undefined,
});
