import { resolve } from "node:path";
import {
  frameSamples,
  frameSource,
  type Scaling,
  splitSpeakers,
  standardizeFrames,
  subsetFrames,
} from "@weightcast/datasets";
import { readTimitFolder, type SpeechDataset, timitIn } from "@weightcast/datasets/node";
import type { ModelNotes } from "@weightcast/files";
import { classification } from "@weightcast/training";
import { InterruptedError } from "../interrupted";
import { planOf, type RunSpec } from "../spec";
import { checkClasses, type Fetching } from "./data";
import type { RunData } from "./run-data";

/** Features of speech, by the name that a model file has for them. */
const features = "log-mel";

/** Frames of a window, and windows of a batch of the evaluation. */
const [context, testBatch] = [11, 1000];

/** Whether a run's data are a folder of speech: TIMIT in the layout of the LDC. */
export const isSpeech = async ({ folder }: RunSpec["data"], from: string): Promise<boolean> =>
  folder !== undefined && (await timitIn(resolve(from, folder))) !== undefined;

/**
 * Speech of a run, reduced to the number of frames it asks for. Frames for validation are those of whole speakers, who are then left out
 * of training: the same for every seed, at least as many as asked for.
 * @param from folder that a relative `data.folder` starts from
 * @throws DatasetError if a file is absent or not what it must be
 * @throws RangeError if there are fewer frames than asked for, or the run has fields that are for images
 * @throws InterruptedError once the signal is aborted
 */
export async function loadSpeech(
  { data, training, seed }: Pick<RunSpec, "data" | "training" | "seed">,
  from: string,
  { signal }: Pick<Fetching, "signal"> = {},
): Promise<SpeechDataset> {
  checkFields({ data, training });
  const { name, folder = "", train, test, validation } = data;
  const speech = await readTimitFolder(resolve(from, folder), { name, ...(signal && { signal }) }).catch(
    (error: unknown) => {
      throw signal?.aborted ? new InterruptedError() : error;
    },
  );
  checkClasses(speech, folder);
  const few = (field: string, most: number, got: number) =>
    new RangeError(`data: ${field} must be at most ${most}, the frames of ${name}; got ${got}`);
  const cut = (field: "train" | "test", frames: SpeechDataset["train"], count = frames.count) => {
    if (count > frames.count) throw few(field, frames.count, count);
    return count === frames.count ? frames : subsetFrames(frames, count, seed);
  };
  if (validation !== undefined && validation >= speech.train.count)
    throw few("validation", speech.train.count - 1, validation);
  // Not of the run's seed, so that settings are compared on the same speakers.
  const { rest, held } =
    validation === undefined ? { rest: speech.train, held: speech.test } : splitSpeakers(speech.train, validation, 0);
  return { ...speech, train: cut("train", rest, train), test: cut("test", held, test) };
}

/** @throws RangeError naming a field that speech has no use for */
function checkFields({ data: { size, channels, standardize }, training }: Pick<RunSpec, "data" | "training">): void {
  const field = Object.entries({
    "data.size": size,
    "data.channels": channels,
    "training.augment": training.augment,
  }).find(([, value]) => value !== undefined)?.[0];
  if (field !== undefined) throw new RangeError(`${field} is for images, and the folder holds speech; leave it out`);
  if (standardize === false) throw new RangeError("data.standardize must be absent: the bands of speech always are");
}

/**
 * Speech as the data of a run: an example is a window of 11 frames of log mel energies, [11, bands], labeled by the phone in its middle.
 * Each band is scaled to mean 0 and deviation 1 over the training frames.
 * @param notes of a model file whose scales are used instead
 * @throws RangeError if these are for other inputs
 */
export function speechData(
  spec: Pick<RunSpec, "training" | "seed" | "network">,
  speech: SpeechDataset,
  notes: ModelNotes = {},
): RunData {
  const { name, bands, classes, classNames, train, test } = speech;
  const scaling = notes.inputs ? scalingIn(notes.inputs, bands) : standardizeFrames(train);
  const shape = [context, bands];
  const { seed, training, network } = spec;
  const common = { context, scaling, shape: planOf(network, { shape, classes }).input };
  return {
    ...{ name, shape, classes },
    train: train.count,
    examples: "frames",
    task: classification(),
    notes: { inputs: { ...scaling, shape, features }, classes: classNames, task: "classification" },
    testLabels: test.labels,
    samples: (count) => frameSamples(train, { context, scaling, limit: Math.min(count, train.count), seed }),
    sources: () => ({
      examples: frameSource(train, classes, { ...common, seed, size: training.batchSize }),
      tests: frameSource(test, classes, { ...common, shuffle: false, size: testBatch }),
    }),
  };
}

/** Scaling of a model file for frames of so many bands. @throws RangeError if it is for other inputs */
export function scalingIn({ scale, offset, features: of }: NonNullable<ModelNotes["inputs"]>, bands: number): Scaling {
  if (
    of === features &&
    typeof scale === "object" &&
    typeof offset === "object" &&
    scale.length === bands &&
    offset.length === bands
  )
    return { scale, offset };
  throw new RangeError(
    `data: the model does not take speech, frames of ${bands} log mel energies; name data that it is for`,
  );
}
