import type * as tfl from "@tensorflow/tfjs-layers";
import type { Source } from "../examples/examples";
import { grouped } from "../executors/grouped";
import { warnIfSlower } from "../executors/warning";
import { assertMeanLoss } from "./divergence";
import type { TrainingEvent } from "./events";
import type { TrainOptions } from "./options";
import { startPace } from "./pace";
import { prepare } from "./plan";
import { afterBatch, afterEpoch, beginning, type EpochRecord, type Progress } from "./progress";
import { type BatchRecord, begin, groupOf, measure, open, store, update } from "./run";
import { currentWeights, giveModel, withAccess } from "./state-access";
import { bestOf, stalled } from "./watch";

/** Result of a training, besides the model's weights. */
export interface TrainResult {
  /** `interrupted` if the signal was aborted before the last update. */
  readonly status: "done" | "interrupted";
  /** Number of updates done. */
  readonly step: number;
  /** The finished epochs. */
  readonly history: readonly EpochRecord[];
  /** The best epoch, by the metric that `monitor` names; absent before the first evaluation. */
  readonly best?: EpochRecord;
  /** Seconds of training, including the time before a resume. */
  readonly seconds: number;
}

/**
 * Trains a model: one `Step` at the schedule's rate for every batch of every epoch of the source.
 *
 * The model's variables change once, at the end (also of an interrupted run), unless a listener calls `updateModel`; an error
 * leaves them unchanged. With a checkpoint storage, the state is stored every `checkpoint.every` updates, at an interruption and at the end, and a run
 * whose storage holds a checkpoint continues from it: every number it computes equals that of the uninterrupted run, to
 * the bit, on the same engine and with the same number of threads. A finished run's checkpoint stays until you remove
 * it: running again gives the same result at once, and with more epochs continues it.
 *
 * @param source of the training examples; if it shuffles, it does so from its own seed
 * @throws RangeError if an option is out of range or the source does not fit the model; TypeError as `createStep` does
 * @throws CompileError, or TrainingError `NO_RUNTIME`, if execution is "compiled" and that is not possible
 * @throws TrainingError `DIVERGED` if the loss or a weight is not finite, or the mean loss of an epoch far above that of the start (10⁴
 *   times for the cross-entropy, 10⁶ for others); `NOT_FINITE` if an input is not finite; `CHECKPOINT_CORRUPT` or `CHECKPOINT_MISMATCH`
 *   if the storage holds anything other than a checkpoint of this run
 */
export async function train(model: tfl.LayersModel, source: Source, options: TrainOptions): Promise<TrainResult> {
  const plan = prepare(model, source, options);
  const { epochs, patience = Infinity, restoreBest = false, checkpoint, signal, onEvent = warn } = options;
  const finished = ({ epoch, history }: Progress) => epoch >= epochs || stalled(history, plan.watch, patience);
  const run = await open(plan);
  const { executor } = run;
  try {
    let { progress, best } = await begin(run);
    const first = progress;
    let stored = first === beginning ? -1 : first.step;
    const pace = startPace();
    const seconds = () => first.seconds + pace.seconds();
    const position = () => ({ step: progress.step, epoch: finished(progress) ? progress.epoch : progress.epoch + 1 });
    const save = async () => {
      if (stored === progress.step) return;
      const bytes = await store(run, { ...progress, seconds: seconds() }, best);
      stored = progress.step;
      if (checkpoint) await onEvent({ type: "checkpoint", ...position(), bytes });
    };

    /** Emits a `step` event for each update of a group, as if they had been done one by one. */
    const reportSteps = async (before: Progress, records: readonly BatchRecord[]) => {
      let at = before;
      for (const { rate, loss, isUpdate } of records) {
        at = afterBatch(at, loss, isUpdate);
        if (!isUpdate) continue;
        const speed = pace.estimate(at.step - first.step, run.steps - at.step);
        const { step } = at;
        await onEvent({ type: "step", ...position(), step, steps: run.steps, epochs, loss: at.loss, rate, ...speed });
      }
    };

    await onEvent({ type: "start", ...position(), steps: run.steps, epochs, batchesPerEpoch: source.batchesPerEpoch });
    await onEvent({ type: "execution", ...executor.about });
    if (first !== beginning) await onEvent({ type: "resume", ...position() });
    while (!finished(progress) && !signal?.aborted) {
      const { epoch } = progress;
      for await (const batches of grouped(executor.source, groupOf(run), epoch, progress.batch)) {
        const before = progress;
        const records = await update(run, batches, progress);
        // The executor's state is that after the whole group, so the progress moves on before listeners can interrupt.
        for (const { loss, isUpdate } of records) progress = afterBatch(progress, loss, isUpdate);
        await reportSteps(before, records);
        const { rate } = records.at(-1)!;
        assertMeanLoss(run, progress, rate);
        if (progress.batch === source.batchesPerEpoch) {
          const measured = await measure(run, progress);
          if (measured) await onEvent({ type: "evaluate", ...position(), ...measured });
          progress = afterEpoch(progress, rate, measured);
          const record = progress.history.at(-1)!;
          if (restoreBest && bestOf(progress.history, run.watch) === record) best = await currentWeights(run);
          await withAccess(run, progress, (access) => onEvent({ type: "epoch", epochs, ...record, ...access }));
        }
        const { every = 1000 } = checkpoint ?? {};
        if (checkpoint && Math.floor(progress.step / every) > Math.floor(before.step / every)) await save();
        await pace.yieldToEventLoop();
        if (progress.epoch > epoch || signal?.aborted) break;
      }
      if (progress.epoch === epoch && !signal?.aborted)
        throw new RangeError(
          `source: an epoch must have ${source.batchesPerEpoch} batches, as announced; got ${progress.batch}`,
        );
    }
    await save();
    await giveModel(run, best ?? (await currentWeights(run)));
    const status = finished(progress) ? "done" : "interrupted";
    await onEvent({ type: "end", status, ...position(), seconds: seconds() });
    const { step, history } = progress;
    const record = bestOf(history, run.watch);
    return { status, step, history, ...(record && { best: record }), seconds: seconds() };
  } finally {
    await executor.release();
  }
}

/** Default listener: a fallback is never silent. */
function warn(event: TrainingEvent): void {
  if (event.type === "execution") warnIfSlower("train", event);
}
