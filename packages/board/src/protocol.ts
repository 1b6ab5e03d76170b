// What the server and the page say to each other: JSON.

/** Point of a curve: epochs, with a fraction within one, and the value. */
export type Point = readonly [epoch: number, value: number];

/** Curves of a run by epoch. */
export interface Curves {
  readonly loss: readonly Point[];
  readonly error: readonly Point[];
}

/** State of a run that is not in the record: being trained; begun by nobody yet, or waiting in a queue; or stopped, to be gone on with. */
export type LiveState = "running" | "waiting" | "stopped";

/** Run that is not in the record. */
export interface LiveRun {
  readonly id: string;
  readonly label: string;
  readonly state: LiveState;
  /** Process and machine that do it. */
  readonly holder?: string;
  readonly epoch: number;
  readonly epochs: number;
  /** Share of its steps that is done, in [0, 1]. */
  readonly share: number;
  readonly stepsPerSecond?: number;
  readonly secondsLeft?: number;
  readonly loss?: number;
  /** Last error as text, and what it is: "2.12%", "test error". */
  readonly error?: string;
  readonly errorName?: string;
  /** Step of the last picture of its filters. */
  readonly picture?: number;
}

/** Run in the record. */
export interface RecordedRun {
  readonly id: string;
  readonly label: string;
  /** Error as text; of a run that failed, its code. */
  readonly error: string;
  readonly failed: boolean;
  readonly epochs: number;
  readonly learned?: number;
  readonly seconds?: number;
  /** ISO 8601. */
  readonly finished: string;
  readonly tags: readonly string[];
}

/** Rows of the record that are shown. */
export interface RecordedPage {
  /** Number of the runs that were asked for. */
  readonly total: number;
  readonly runs: readonly RecordedRun[];
}

/** Numbers of runs. */
export interface Counts {
  readonly running: number;
  readonly waiting: number;
  readonly stopped: number;
  readonly done: number;
  readonly failed: number;
}

/** First message: all that is not in the record. */
export interface Snapshot {
  readonly folder: string;
  readonly counts: Counts;
  readonly live: readonly LiveRun[];
  /** What is wrong with files of the folder. */
  readonly notes: readonly string[];
}

/** Later messages: only what is another since the last one. */
export interface Change {
  readonly counts?: Counts;
  readonly live?: readonly LiveRun[];
  /** Runs that are no longer live: they are in the record, or gone. */
  readonly gone?: readonly string[];
  /** Whether the record has changed. */
  readonly recorded?: true;
  /** New points of live runs. */
  readonly points?: Readonly<Record<string, Curves>>;
  /** Runs whose curves lost points, because they go on from a checkpoint. */
  readonly cut?: readonly string[];
  readonly notes?: readonly string[];
}

/** Details of chosen runs. */
export interface Details {
  readonly curves: Readonly<Record<string, Curves>>;
  /** Names of the runs, and of what their errors are, by identity. */
  readonly names: Readonly<
    Record<string, { readonly label: string; readonly errorName: string; readonly error: string }>
  >;
  /** Whether errors are shares, to be shown in percent. */
  readonly isShare: boolean;
  /** Settings in which they differ: values in the order of the runs that were asked for. */
  readonly differences: readonly { readonly field: string; readonly values: readonly (string | null)[] }[];
  /** Runs with a picture of their filters, and its version. */
  readonly pictures: Readonly<Record<string, number>>;
}
