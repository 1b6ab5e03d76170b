import type { TrainingEvent } from "@weightcast/training";
import { errorsIn } from "../record/score";
import { errorNameOf, kindOf, type RunSpec, scoreOf } from "../spec";
import type { RunEvent } from "./events";

type Unnamed<E = RunEvent> = E extends RunEvent ? Omit<E, "id" | "label"> : never;

/** What the events of a run say besides those of its training. */
interface Translation {
  /** Threads so far. */
  readonly threads: readonly number[];
  readonly spec: RunSpec;
}

/** Event of a run for one of its training; undefined for those that a run does not report. */
export function translated(event: TrainingEvent, { threads, spec }: Translation): Unnamed | undefined {
  switch (event.type) {
    case "step": {
      const { epoch, epochs, step, steps, loss, rate, stepsPerSecond, secondsLeft } = event;
      return { type: "step", epoch, epochs, step, steps, loss, rate, stepsPerSecond, secondsLeft };
    }
    case "epoch": {
      const { epoch, epochs, loss, evaluation } = event;
      const errors = errorsIn(evaluation!);
      const kind = kindOf(errors);
      return { type: "epoch", epoch, epochs, loss, score: scoreOf(errors), kind, errorName: errorNameOf([spec], kind) };
    }
    case "execution": {
      const { type, ...execution } = event;
      return { type, execution };
    }
    case "resume":
      return { type: "resume", step: event.step, threads };
    case "checkpoint":
      return { type: event.type, step: event.step };
    default:
      return undefined;
  }
}
