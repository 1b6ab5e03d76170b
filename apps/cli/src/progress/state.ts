import type { RunEvent, RunRecord } from "@weightcast/experiments";
import { downloading } from "../format";

/** Where one run stands. */
export interface RunState {
  readonly label: string;
  /** What it does before its first step, and then "training". */
  readonly doing: string;
  readonly epochs: number;
  readonly training?: {
    readonly epoch: number;
    readonly step: number;
    readonly steps: number;
    readonly loss: number;
    readonly stepsPerSecond: number;
    readonly secondsLeft: number;
  };
  /** Test error after the last epoch that ended. */
  readonly testError?: number;
  /** Once it has ended. */
  readonly record?: RunRecord;
}

/** The runs by id, in the order in which they were first heard of. */
export type RunStates = ReadonlyMap<string, RunState>;

/** What an event makes of the runs. Pure. */
export function advance(states: RunStates, event: RunEvent): RunStates {
  const before = states.get(event.id) ?? { label: event.label, doing: "starting", epochs: 0 };
  return new Map(states).set(event.id, next(before, event));
}

function next(state: RunState, event: RunEvent): RunState {
  switch (event.type) {
    case "download":
      return { ...state, doing: downloading(event) };
    case "start":
      return { ...state, epochs: event.epochs, doing: "making dictionaries" };
    case "dictionary":
      return { ...state, doing: `made ${event.name}` };
    case "fit":
      return { ...state, doing: `fitting ${event.name}, ${event.done}/${event.of} rounds done` };
    case "pretraining": {
      const { layer, epoch, epochs } = event;
      return { ...state, doing: `pre-training layer ${layer}, epoch ${epoch}/${epochs} done` };
    }
    case "resume":
      return { ...state, doing: `going on from step ${event.step}` };
    case "step": {
      const { epoch, epochs, step, steps, loss, stepsPerSecond, secondsLeft } = event;
      return {
        ...state,
        doing: "training",
        epochs,
        training: { epoch, step, steps, loss, stepsPerSecond, secondsLeft },
      };
    }
    case "epoch":
      return { ...state, testError: event.testError };
    case "end":
    case "skip":
      return { ...state, record: event.record };
    case "execution":
    case "checkpoint":
      return state;
  }
}
