import { type EventWriter, openEvents, type Summary, scalar, text } from "@weightcast/tensorboard";
import type { RunEvent } from "../run/events";
import { nameOf, type RunSpec } from "../spec";
import { runEventsFolder } from "./event-folder";
import { errorTag, eventTags, notesText, pretrainingTag } from "./run-notes";

/** What event files hold: scalars only, or also histograms of the weights and pictures of the first layer. */
export type EventContents = "scalars" | "all";

/** Event files of runs. */
export interface EventsChoice {
  /** Folder of the record. */
  readonly folder: string;
  readonly contents: EventContents;
}

/** Log of one run in TensorBoard's format. It never makes the run fail. */
export interface RunLog {
  /** Takes the events of a run, in their order. */
  on(event: RunEvent): void;
  /**
   * Appends summaries at the step of the last epoch event.
   * @param make called at once; may fail as the writing may
   */
  atEpoch(make: () => Promise<readonly Summary[]>): Promise<void>;
  /** Writes what is left and closes the file. */
  close(): Promise<void>;
}

/** Milliseconds between two points of a curve within an epoch. */
const every = 1000;

/**
 * Log of a run: an event file that is created with the run's first event. A run that goes on from a checkpoint has a further file, whose
 * start drops what earlier files say of later steps.
 * @param onFailure called once if it cannot be written; the rest of the run is then not logged
 */
export function runLog(
  folder: string,
  run: { readonly id: string; readonly spec: RunSpec },
  onFailure: (message: string) => void,
): RunLog {
  let opened: Promise<EventWriter> | undefined;
  let failed = false;
  let last: Promise<void> = Promise.resolve();
  const fail = (error: unknown) => {
    if (failed) return;
    failed = true;
    onFailure(`its event files end here: ${error instanceof Error ? error.message : String(error)}`);
  };
  const write = (work: (writer: EventWriter) => Promise<void>): Promise<void> => {
    if (failed) return Promise.resolve();
    opened ??= openEvents(runEventsFolder(folder, run));
    last = opened.then(work).catch(fail);
    return last;
  };
  const add = (step: number, ...summaries: readonly Summary[]) => write((writer) => writer.add(step, summaries));

  let stepsPerEpoch = 0;
  /** Steps of the training that came before, if this is the one with rounded weights. */
  let before = 0;
  /** Step that this training goes on from, and whether its start was written. */
  let [from, began] = [0, false];
  let at = { step: 0, written: Number.NEGATIVE_INFINITY };
  const begin = () => {
    if (began) return;
    began = true;
    const first = before + from + 1;
    void write((writer) => writer.start(first));
  };
  /** A training whose steps begin again is that with rounded weights. */
  const further = (step: number) => {
    if (before + step < at.step) before = at.step;
  };

  return {
    on(event) {
      switch (event.type) {
        case "start":
          stepsPerEpoch = event.stepsPerEpoch;
          [before, from, began, at] = [0, 0, false, { step: 0, written: Number.NEGATIVE_INFINITY }];
          void add(0, text(eventTags.run, notesText(notesOf(run, stepsPerEpoch))));
          return;
        case "resume":
          further(event.step);
          from = event.step;
          at = { ...at, step: before + from };
          return;
        case "pretraining":
          void add(event.epoch, scalar(pretrainingTag(event.layer), event.loss));
          return;
        case "step": {
          further(event.step);
          at = { ...at, step: before + event.step };
          begin();
          const now = performance.now();
          if (now - at.written < every) return;
          at = { ...at, written: now };
          const { loss, stepsPerSecond, rate } = event;
          void add(
            at.step,
            scalar(eventTags.loss, loss),
            scalar(eventTags.speed, stepsPerSecond),
            scalar(eventTags.rate, rate),
          );
          return;
        }
        case "epoch": {
          begin();
          at = { ...at, step: before + event.epoch * stepsPerEpoch };
          void add(at.step, scalar(eventTags.epochLoss, event.loss), scalar(errorTag(event.errorName), event.score));
        }
      }
    },
    async atEpoch(make) {
      if (failed) return;
      const { step } = at;
      try {
        await add(step, ...(await make()));
      } catch (error) {
        fail(error);
      }
    },
    async close() {
      await last;
      await opened?.then((writer) => writer.close()).catch(fail);
    },
  };
}

/**
 * Result of work on a run whose events are logged while they are passed on.
 * @param onEvent takes all events, and a note if they cannot be logged
 * @param work receives the listener to use, and the log
 */
export async function whileLogged<T>(
  folder: string,
  run: { readonly id: string; readonly spec: RunSpec },
  onEvent: (event: RunEvent) => void,
  work: (onEvent: (event: RunEvent) => void, log: RunLog) => Promise<T>,
): Promise<T> {
  const about = { id: run.id, label: nameOf(run.spec) };
  const log = runLog(folder, run, (message) => onEvent({ ...about, type: "note", message }));
  const logged = (event: RunEvent) => {
    log.on(event);
    onEvent(event);
  };
  try {
    return await work(logged, log);
  } finally {
    await log.close();
  }
}

const notesOf = ({ id, spec }: { readonly id: string; readonly spec: RunSpec }, stepsPerEpoch: number) => ({
  id,
  label: nameOf(spec),
  steps: stepsPerEpoch * (spec.training.epochs + (spec.quantization?.epochs ?? 0)),
  stepsPerEpoch,
  spec,
});
