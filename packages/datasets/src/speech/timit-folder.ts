import { basename, resolve } from "node:path";
import { printable } from "@weightcast/types";
import { DatasetError } from "../error";
import { readDataFile } from "../files/data-file";
import type { Frames } from "./frames";
import { frameCenter, logMel } from "./log-mel";
import { noLabel, TIMIT_CLASSES } from "./phones";
import { frameLabels, parseSegments } from "./segments";
import { coreSpeakers, timitIn, type Utterance, utterancesOf } from "./timit-files";
import { parseWaveform } from "./waveform";

/** Speech, divided into training and test frames. */
export interface SpeechDataset {
  readonly name: string;
  /** Features of a frame. */
  readonly bands: number;
  readonly classes: number;
  /** Names of the classes, by label. */
  readonly classNames: readonly string[];
  readonly train: Frames;
  readonly test: Frames;
}

/** Options of {@link readTimitFolder}. */
export interface TimitOptions {
  /** Name of the data. @default the folder's name */
  readonly name?: string;
  /** Features of a frame, see `logMel`. @default 40 */
  readonly bands?: number;
  readonly signal?: AbortSignal;
}

/** Most bytes of a file: half an hour of sound. */
const largest = 1 << 26;

/**
 * Reads TIMIT (Garofolo et al. 1993, LDC93S1, licensed by the LDC) from a folder in the layout of its disc:
 * TRAIN|TEST/DR1…DR8/SPEAKER/SX37.WAV and .PHN, names in upper or lower case, sounds in SPHERE format or converted to RIFF.
 *
 * The task is frame classification: the log mel energies of each 10 ms, labeled by the phone in the middle of their window, one of 39
 * classes (Lee & Hon 1989). Frames of the glottal stop q are no examples. Training frames are of all speakers in TRAIN, 462 in the whole
 * corpus; test frames of the 24 speakers of NIST's core test set, all of whom must be there. The sentences SA1 and SA2 are left out.
 *
 * Frames are kept once: the whole corpus takes about 0.2 GB, and twice as much while it is read.
 * @throws DatasetError if it is no such folder, or a file is absent, damaged, compressed, or not what it must be
 * @throws the signal's reason once it is aborted
 */
export async function readTimitFolder(dir: string, options: TimitOptions = {}): Promise<SpeechDataset> {
  const { name = printable(basename(resolve(dir))), bands = 40, signal } = options;
  const features = logMel(bands);
  const root = await timitIn(dir);
  if (root === undefined)
    throw new DatasetError("absent", {
      file: dir,
      rule: "hold TRAIN/DR1/… and TEST/DR1/… of TIMIT",
      found: "none of these",
      advice: "name the folder of the corpus, which the LDC licenses (LDC93S1)",
    });
  const read = async (part: "train" | "test", only?: readonly string[]) => {
    const utterances: UtteranceFrames[] = [];
    for (const one of await utterancesOf(root, part, only)) {
      signal?.throwIfAborted();
      utterances.push(await framesOf(one, features, bands));
    }
    return joined(utterances, bands, root);
  };
  const [train, test] = [await read("train"), await read("test", coreSpeakers)];
  return { name, bands, classes: TIMIT_CLASSES.length, classNames: TIMIT_CLASSES, train, test };
}

/** Frames of an utterance. */
interface UtteranceFrames {
  readonly speaker: string;
  /** [frames, bands] */
  readonly features: Float32Array;
  /** [frames] class numbers, or {@link noLabel}. */
  readonly labels: Uint8Array;
}

async function framesOf(
  { speaker, sound, phones }: Utterance,
  featuresOf: (samples: Int16Array) => Float32Array,
  bands: number,
): Promise<UtteranceFrames> {
  const features = featuresOf(parseWaveform((await readDataFile(sound, largest)).bytes, sound));
  const segments = parseSegments(new TextDecoder().decode((await readDataFile(phones, largest)).bytes), phones);
  return { speaker, features, labels: frameLabels(segments, features.length / bands, frameCenter) };
}

/** @throws DatasetError `empty` if no frame has a class */
function joined(utterances: readonly UtteranceFrames[], bands: number, file: string): Frames {
  const starts = new Uint32Array(utterances.length + 1);
  for (const [i, { labels }] of utterances.entries()) starts[i + 1] = starts[i]! + labels.length;
  const features = new Float32Array(starts.at(-1)! * bands);
  const all = new Uint8Array(starts.at(-1)!);
  for (const [i, one] of utterances.entries()) {
    features.set(one.features, starts[i]! * bands);
    all.set(one.labels, starts[i]!);
  }
  const centers = Uint32Array.from(all.keys()).filter((frame) => all[frame] !== noLabel);
  const labels = all.filter((label) => label !== noLabel);
  if (labels.length > 0)
    return {
      features,
      bands,
      starts,
      speakers: utterances.map(({ speaker }) => speaker),
      centers,
      labels,
      count: labels.length,
    };
  throw new DatasetError("empty", {
    ...{ file, rule: "have sentences of 25 ms or more with phones", found: "none of that length" },
    advice: "copy the corpus again",
  });
}
