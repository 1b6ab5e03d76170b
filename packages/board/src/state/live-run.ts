import { errorOfTag, eventTags, notesIn, type RunNotes } from "@weightcast/runs/record";
import { type ErrorName, errorValue } from "@weightcast/runs/spec";
import { type EventPlace, eventReader, type PlacedEvent } from "@weightcast/tensorboard";
import type { Curves, LiveRun, LiveState, Point } from "../protocol";
import { curve } from "./curve";

/** What a look at a run's event files found. */
export interface LiveNews {
  readonly points: Curves;
  /** Whether points were dropped. */
  readonly isCut: boolean;
}

/**
 * Run by its event files, which are read as they grow.
 * @param folder of its event files
 * @param name label until the files say it
 */
export function liveRun(folder: string, id: string, name: string, onDamaged: (message: string) => void) {
  const read = eventReader(folder, { onDamaged });
  const [loss, error] = [curve(), curve()];
  let notes: RunNotes | undefined;
  let step = 0;
  let last: { loss?: number; speed?: number; error?: number; errorName?: ErrorName } = {};
  let picture: { readonly place: EventPlace; readonly step: number } | undefined;

  const take = (
    { step: at, starts, summaries, place }: PlacedEvent,
    added: { loss: Point[]; error: Point[] },
  ): boolean => {
    const epoch = at / (notes?.stepsPerEpoch ?? 1);
    if (starts) {
      step = Math.max(0, at - 1);
      last = {};
      const cut = [loss, error].map((one) => one.cut(epoch));
      for (const points of [added.loss, added.error])
        points.splice(0, points.length, ...points.filter(([x]) => x < epoch));
      return cut.includes(true);
    }
    for (const one of summaries) {
      if (one.kind === "text" && one.tag === eventTags.run) notes = notesIn(one.text) ?? notes;
      if (one.kind === "image" && one.tag === eventTags.filters) picture = { place, step: at };
      if (one.kind !== "scalar") continue;
      if (one.tag === eventTags.speed) last.speed = one.value;
      const errorName = errorOfTag(one.tag);
      const of = one.tag === eventTags.loss ? "loss" : errorName && "error";
      if (!of) continue;
      step = at;
      last[of] = one.value;
      if (errorName) last.errorName = errorName;
      const point: Point = [epoch, one.value];
      (of === "loss" ? loss : error).add(point);
      added[of].push(point);
    }
    return false;
  };

  return {
    /** Reads what has been added. */
    async look(): Promise<LiveNews> {
      const points = { loss: [] as Point[], error: [] as Point[] };
      let isCut = false;
      for await (const event of read()) isCut = take(event, points) || isCut;
      return { points, isCut };
    },
    curves: (): Curves => ({ loss: loss.points(), error: error.points() }),
    notes: (): RunNotes | undefined => notes,
    picture: () => picture,
    errorName: () => last.errorName,
    row(state: LiveState, holder?: string): LiveRun {
      const steps = notes?.steps ?? 0;
      const epochs = notes ? Math.round(notes.steps / notes.stepsPerEpoch) : 0;
      const { speed } = last;
      return {
        ...{ id, label: notes?.label ?? name, state, epochs },
        ...(holder !== undefined && { holder }),
        epoch: notes ? Math.min(epochs, Math.floor(step / notes.stepsPerEpoch) + (step > 0 ? 1 : 0)) : 0,
        share: steps > 0 ? Math.min(1, step / steps) : 0,
        ...(speed !== undefined &&
          state === "running" && { stepsPerSecond: speed, secondsLeft: (steps - step) / speed }),
        ...(last.loss !== undefined && { loss: last.loss }),
        ...(last.error !== undefined &&
          last.errorName && {
            error: errorValue(last.error, last.errorName.endsWith("RMSE") ? "RMSE" : "error"),
            errorName: last.errorName,
          }),
        ...(picture && { picture: picture.step }),
      };
    },
  };
}
