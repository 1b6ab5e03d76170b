import type * as tfl from "@tensorflow/tfjs-layers";
import type { TrainingEvent } from "./events";
import { grouped } from "./grouped";
import { startPace } from "./pace";
import { afterEpoch, afterStep, beginning, type EpochRecord, type Progress, stalled } from "./progress";
import { begin, measure, open, prepare, store, type Updated, update } from "./run";
import type { BatchSource } from "./source";
import { assign } from "./state";
import type { TrainOptions } from "./train-options";

/** What a training gives, besides the model's weights. */
export interface TrainResult {
  /** `interrupted` if the signal was aborted before the last update. */
  readonly status: "done" | "interrupted";
  /** Updates done. */
  readonly step: number;
  /** The finished epochs. */
  readonly history: readonly EpochRecord[];
  /** Seconds of training, those before a resume included. */
  readonly seconds: number;
}

/**
 * Trains a model: for every epoch and batch of the source, one `Step` at the schedule's rate.
 *
 * The model's variables change once, at the end (also of an interrupted run); an error leaves them as they were. With
 * a checkpoint storage the state is stored every so many steps, at an interruption and at the end, and a run whose
 * storage holds a checkpoint goes on from there: every number it computes is the one the uninterrupted run would
 * have computed, to the bit, on the same engine and as many threads. A finished run's checkpoint stays until you remove it: running again
 * gives the same result at once, and with more epochs continues it.
 *
 * @param source the training samples; its seed, if it shuffles, is its own
 * @throws RangeError if an option is out of range or the source does not fit the model; TypeError as `createStep` does
 * @throws CompileError, or TrainingError `NO_RUNTIME`, if execution is "compiled" and cannot be
 * @throws TrainingError `DIVERGED` if the loss or a weight is not finite, `CHECKPOINT_CORRUPT` or `CHECKPOINT_MISMATCH`
 *   if the storage holds something else than a checkpoint of this run
 */
export async function train(model: tfl.LayersModel, source: BatchSource, options: TrainOptions): Promise<TrainResult> {
  const { epochs, patience = Infinity, checkpoint, signal, onEvent = warn } = options;
  const finished = (progress: Progress) => progress.epoch >= epochs || stalled(progress, patience);
  const run = await open(prepare(model, source, options));
  const { executor } = run;
  try {
    let progress = await begin(run);
    const first = progress;
    let stored = first === beginning ? -1 : first.step;
    const pace = startPace();
    const seconds = () => first.seconds + pace.seconds();
    const position = () => ({ step: progress.step, epoch: finished(progress) ? progress.epoch : progress.epoch + 1 });
    const save = async () => {
      if (stored === progress.step) return;
      const bytes = await store(run, { ...progress, seconds: seconds() });
      stored = progress.step;
      if (checkpoint) onEvent({ type: "checkpoint", ...position(), bytes });
    };

    /** A `step` event for each update of a group, as if they had been done one by one. */
    const tell = (before: Progress, updates: readonly Updated[]) => {
      let at = before;
      for (const { rate, loss } of updates) {
        at = afterStep(at, loss);
        const speed = pace.estimate(at.step - first.step, run.steps - at.step);
        const { step } = at;
        onEvent({ type: "step", ...position(), step, steps: run.steps, epochs, loss: at.loss, rate, ...speed });
      }
    };

    onEvent({ type: "start", ...position(), steps: run.steps, epochs, batchesPerEpoch: source.batchesPerEpoch });
    onEvent({ type: "execution", ...executor.about });
    if (first !== beginning) onEvent({ type: "resume", ...position() });
    while (!finished(progress) && !signal?.aborted) {
      const { epoch } = progress;
      for (const batches of grouped(executor.source, executor.group, epoch, progress.batch)) {
        const before = progress;
        const updates = await update(run, batches, progress);
        // The state is where the last update left it, and so is the progress that goes with it.
        for (const { loss } of updates) progress = afterStep(progress, loss);
        tell(before, updates);
        const { rate } = updates.at(-1)!;
        if (progress.batch === source.batchesPerEpoch) {
          const measured = await measure(run, progress);
          if (measured) onEvent({ type: "evaluate", ...position(), ...measured });
          progress = afterEpoch(progress, rate, measured);
          onEvent({ type: "epoch", epochs, ...progress.history.at(-1)! });
        }
        const { every = 1000 } = checkpoint ?? {};
        if (checkpoint && Math.floor(progress.step / every) > Math.floor(before.step / every)) await save();
        await pace.breathe();
        if (progress.epoch > epoch || signal?.aborted) break;
      }
      if (progress.epoch === epoch && !signal?.aborted)
        throw new RangeError(
          `source: an epoch must have ${source.batchesPerEpoch} batches, as announced; got ${progress.batch}`,
        );
    }
    await save();
    assign(model, await executor.state());
    const status = finished(progress) ? "done" : "interrupted";
    onEvent({ type: "end", status, ...position(), seconds: seconds() });
    return { status, step: progress.step, history: progress.history, seconds: seconds() };
  } finally {
    await executor.release();
  }
}

/** Where nobody listens: what should not go unsaid. */
function warn(event: TrainingEvent): void {
  if (event.type === "execution" && event.reason)
    console.warn(`train: runs eagerly, several times slower than compiled. ${event.reason}`);
}
