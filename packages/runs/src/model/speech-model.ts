import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { EngineReport } from "@weightcast/backend";
import { frameSource } from "@weightcast/datasets";
import { FileError, type LoadedModel, type ModelNotes } from "@weightcast/files";
import type { Execution } from "@weightcast/training";
import { sizeOf } from "@weightcast/types";
import { loadSpeech, scalingIn } from "../build/speech";
import { type RunSpec, resolveRun } from "../spec";
import type { ClassifierOptions } from "./classifier";
import { type Confusion, confusionCounter } from "./confusion";
import { openForward } from "./forward";
import { type Origin, runOf } from "./origin";

/** Network of a model file that tells the phones of speech apart. */
export interface SpeechModel {
  readonly kind: "speech";
  readonly model: LayersModel;
  /** Names of the classes, in the order of the outputs. */
  readonly classes: readonly string[];
  readonly origin?: Origin;
  readonly engine: EngineReport;
  readonly execution: Execution;
  /**
   * Its answers for the frames of a corpus.
   * @param data the corpus, and how much of it
   * @throws DatasetError, RangeError or InterruptedError as `loadSpeech`
   */
  evaluate(data: RunSpec["data"], options: SpeechEvaluation): Promise<Confusion>;
  release(): Promise<void>;
}

/** Options of `evaluate` of a {@link SpeechModel}. */
export interface SpeechEvaluation {
  readonly part: "train" | "test";
  /** Folder that relative paths start from. */
  readonly folder: string;
  readonly signal?: AbortSignal;
  /** Called after each batch with the frames so far, and all of them; the next batch waits for it. */
  readonly onProgress?: (done: number, all: number) => void | Promise<void>;
}

/** Frames in a call. */
const batch = 1000;

/** Whether a model file's notes say that its network takes frames of speech. */
export const takesSpeech = ({ inputs }: ModelNotes): boolean => inputs?.features !== undefined;

/**
 * Network in a model file that was read, as one that tells phones apart. If it is of no use, it is disposed.
 * @throws FileError `FILE_UNUSABLE` if its notes do not agree with its network
 */
export async function speechModelOf(
  path: string,
  { model, ...notes }: LoadedModel,
  engine: EngineReport,
  options: ClassifierOptions,
): Promise<SpeechModel> {
  try {
    const { classes = [], inputs } = notes;
    const [context = 0, bands = 0] = inputs?.shape ?? [];
    const [taken, given] = [model.inputs[0]?.shape.slice(1) as number[], model.outputs[0]?.shape.slice(1) as number[]];
    if (model.inputs.length !== 1 || sizeOf(taken) !== context * bands || String(given) !== String([classes.length]))
      throw new FileError(
        "FILE_UNUSABLE",
        `${path}: its network takes ${taken.join(" × ")} numbers and gives ${given.join(" × ")}, and its notes are for ${context} frames of ${bands} bands and ${classes.length} classes`,
      );
    const scaling = scalingIn(inputs!, bands);
    const forward = await openForward(model, { ...options, batch });
    const origin = runOf(notes.origin);
    return {
      kind: "speech",
      ...{ model, classes, engine },
      execution: forward.execution,
      ...(origin && { origin }),
      async evaluate(data, { part, folder, signal, onProgress }) {
        const { seed, training } = origin?.spec ?? resolveRun({ data });
        const speech = await loadSpeech({ data, seed, training }, folder, signal ? { signal } : {});
        const frames = frameSource(speech[part], speech.classes, { context, scaling, shuffle: false, size: batch });
        const tally = confusionCounter(classes.length);
        let done = 0;
        for (const { inputs: windows, labels, count } of frames.batches(0)) {
          tally.add(await forward.run(windows, count), labels);
          done += count;
          await onProgress?.(done, frames.count);
        }
        return tally.result();
      },
      async release() {
        await forward.release();
        model.dispose();
      },
    };
  } catch (error) {
    model.dispose();
    throw error;
  }
}
