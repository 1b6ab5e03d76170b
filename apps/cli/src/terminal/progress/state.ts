import type { RunEvent, RunRecord } from "@weightcast/runs";
import { downloading } from "../format";

/** Display of runs in progress. */
export interface ProgressView {
  on(event: RunEvent): void;
  /** Prints a line that stays. */
  note(text: string): void;
  /** Ends the display; must be called whether the runs succeed or fail. */
  stop(): void;
}

/** Number of runs up to which those found in the record are listed; of more runs, they are counted. */
export const fewRuns = 12;

/** State of one run. */
export interface RunState {
  readonly label: string;
  /** Work before the first step, in words; after it, "training". */
  readonly phase: string;
  readonly epochs: number;
  readonly training?: {
    readonly epoch: number;
    readonly step: number;
    readonly steps: number;
    readonly loss: number;
    readonly stepsPerSecond: number;
    readonly secondsLeft: number;
  };
  /** Present once the run has finished. */
  readonly record?: RunRecord;
  /** Whether it was in the record before. */
  readonly found?: true;
}

/** States of the runs by id, in the order of their first events. */
export type RunStates = ReadonlyMap<string, RunState>;

/** States of the runs after an event. Pure. */
export function advance(states: RunStates, event: RunEvent): RunStates {
  const before = states.get(event.id) ?? { label: event.label, phase: "starting", epochs: 0 };
  return new Map(states).set(event.id, next(before, event));
}

function next(state: RunState, event: RunEvent): RunState {
  switch (event.type) {
    case "download":
      return { ...state, phase: downloading(event) };
    case "start":
      return { ...state, epochs: event.epochs, phase: "making dictionaries" };
    case "dictionary":
      return { ...state, phase: `made dictionary ${event.name} of layer ${event.layer}` };
    case "fit":
      return { ...state, phase: `fitting dictionary ${event.name}, ${event.done}/${event.of} rounds done` };
    case "pretraining": {
      const { layer, epoch, epochs } = event;
      return { ...state, phase: `pre-training layer ${layer}, epoch ${epoch}/${epochs} done` };
    }
    case "resume":
      return { ...state, phase: `continuing from step ${event.step}` };
    case "step": {
      const { epoch, epochs, step, steps, loss, stepsPerSecond, secondsLeft } = event;
      const training = { epoch, step, steps, loss, stepsPerSecond, secondsLeft };
      return { ...state, phase: "training", epochs, training };
    }
    case "wait":
      return { ...state, phase: "waiting for another process" };
    case "fail":
      return { ...state, phase: "failed" };
    case "end":
      return { ...state, record: event.record };
    case "skip":
      return { ...state, record: event.record, found: true };
    case "epoch":
    case "again":
    case "unused":
    case "note":
    case "execution":
    case "checkpoint":
      return state;
  }
}
