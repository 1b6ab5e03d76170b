import type { DownloadProgress } from "@weightcast/runs";
import type { TrainingEvent } from "@weightcast/training";
import { count, downloading } from "../format";
import type { Counter } from "./counter";

/** Listeners of a training of one model, which show its steps, and a line for each epoch. */
export interface TrainingListeners {
  readonly onDownload: (progress: DownloadProgress) => void;
  readonly onEvent: (event: TrainingEvent) => void;
}

/**
 * Display of the training of one model.
 * @param result what the line of an epoch says of its evaluation
 */
export function watchTraining(
  view: Counter,
  result: (event: TrainingEvent & { readonly type: "epoch" }) => string = () => "",
): TrainingListeners {
  return {
    onDownload: (progress) => view.note(downloading(progress)),
    onEvent(event) {
      if (event.type === "step") view.done(event.step, event.steps);
      if (event.type === "resume") view.note(`Continuing from step ${count(event.step)}`);
      if (event.type === "epoch")
        view.note(`epoch ${event.epoch} of ${event.epochs}: loss ${event.loss.toFixed(4)}${result(event)}`);
    },
  };
}
