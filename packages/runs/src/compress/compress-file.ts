import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { type EngineReport, useEngine } from "@weightcast/backend";
import type { EngineChoice } from "@weightcast/backend/names";
import { type Budget, type FactorizedReport, factorizeWithin, layersOf, type Sensitivity } from "@weightcast/convert";
import type { PixelOptions } from "@weightcast/datasets";
import { writeWhole } from "@weightcast/disk";
import type { ModelNotes } from "@weightcast/files";
import { encodeSmall, loadModel } from "@weightcast/files/node";
import {
  adam,
  type CheckpointStorage,
  cosine,
  distillation,
  type Task,
  type TrainingEvent,
  train,
} from "@weightcast/training";
import type { Json } from "@weightcast/types";
import type { Fetching } from "../build/data";
import { registerBuiltIns } from "../build/dictionaries";
import { InterruptedError } from "../interrupted";
import type { ExecutionChoice } from "../run/versions";
import type { OfferedName, RunSpec } from "../spec";
import { canonical } from "../spec/canonical";
import { type Examples, examplesFor } from "./examples";
import { offersOf } from "./offers";
import { outputsOn, type Quality, qualityOf } from "./quality";
import { readAnyModel } from "./read-model";

/** Options of {@link compressFile}. */
export interface CompressFileOptions {
  readonly budget: Budget;
  /** Dictionaries on offer. */
  readonly dictionaries: readonly OfferedName[];
  /** Columns with their own atoms, where a layer's outputs can be divided so. */
  readonly columns: number;
  /** Whether a layer may change, by its path. @default all may that have at least 256 weights */
  readonly layers?: (path: string) => boolean;
  /** Examples that layers are fitted to; a quarter is held out to measure errors. */
  readonly samples: number;
  /** Epochs of training after the fit; 0 for none. */
  readonly epochs: number;
  /** Learning rate at their start. @default 1e-2, of Adam */
  readonly rate?: number;
  /** Part of the loss that is the distance to the original's outputs, in [0, 1]. */
  readonly distill: number;
  readonly seed: number;
  /** Images to work with. @default those that the network was trained with */
  readonly data?: RunSpec["data"];
  /** Training examples that are held out and take the place of the test examples, to choose settings by. @default none */
  readonly validation?: number;
  /** Conversion of bytes to inputs, for a model that does not say. @default to [0, 1] */
  readonly pixels?: PixelOptions;
  /** Whether the file is compressed by gzip. */
  readonly compress: boolean;
  readonly folder: string;
  readonly engine?: EngineChoice;
  /** How steps and tests are computed. @default "auto" */
  readonly execution?: ExecutionChoice;
  readonly threads?: number;
  /** Storage for the state of the training. */
  readonly storage: CheckpointStorage;
  /** File for the sensitivity curves, so that the same command does not measure them again. */
  readonly curves: string;
  readonly signal?: AbortSignal;
  readonly onDownload?: NonNullable<Fetching["onProgress"]>;
  readonly onProgress?: (progress: {
    readonly stage: string;
    readonly done: number;
    readonly of: number;
    readonly path: string;
  }) => void;
  readonly onEvent?: (event: TrainingEvent) => void;
}

/** Result of {@link compressFile}. */
export interface CompressedFile {
  /** Bytes of the file, and of the original's weights as float32. */
  readonly bytes: { readonly file: number; readonly original: number };
  /** Numbers that are learned in the layers that could change, that the file holds for them, and their weights. */
  readonly numbers: { readonly learned: number; readonly stored: number; readonly weights: number };
  readonly layers: readonly FactorizedReport[];
  /** Layers that stay as they are. */
  readonly kept: readonly { readonly path: string; readonly reason: string }[];
  readonly sensitivity: Sensitivity;
  /** Quality on test examples: of the original, after the fit, and of the model that is read from the file. */
  readonly quality: { readonly original: Quality; readonly fitted: Quality; readonly final: Quality };
  readonly engine: EngineReport;
}

/** Steps between checkpoints. */
const every = 200;

/**
 * Compresses the network of a model file: its layers are factorized within a budget, trained further with distillation from the original if asked,
 * and the new file is written, whole or not at all. The same call goes on where an interrupted one stopped.
 * @param from model file of Weightcast, or layers model of TensorFlow.js
 * @param to file to write
 * @throws FileError if the model can't be read; DiskError if the file can't be written; RangeError if the budget can't be met or the examples do not fit
 * @throws InterruptedError once the signal is aborted
 */
export async function compressFile(from: string, to: string, options: CompressFileOptions): Promise<CompressedFile> {
  registerBuiltIns();
  const { signal, execution = "auto", seed } = options;
  const engine = await useEngine(options.engine);
  const loaded = await readAnyModel(from);
  const { model, ...notes } = loaded;
  const fetching = { ...(signal && { signal }), ...(options.onDownload && { onProgress: options.onDownload }) };
  const { data, pixels, folder, validation } = options;
  const examples = await examplesFor(loaded, { path: from, data, validation, pixels, seed, folder, fetching });
  const small = await fitted(model, examples, options);
  const originals = await outputsOn(model, examples.tests, execution);
  const quality = async (of: LayersModel) =>
    qualityOf(
      of === model ? originals : await outputsOn(of, examples.tests, execution),
      originals,
      examples.tests,
      examples.task,
    );
  const afterFit = await quality(small.model);
  if (options.epochs > 0) await tuned(small.model, model, examples, options);
  const bytes = await encodeSmall(small.model, withScaling(notes, pixels), { compress: options.compress });
  await writeWhole(to, bytes);
  const read = (await loadModel(to)).model;
  const sum = (list: readonly FactorizedReport[], of: "learned" | "stored") =>
    list.reduce((total, layer) => total + layer[of], 0);
  const changed = new Set(small.layers.map(({ path }) => path));
  const weights = small.sensitivity.layers.reduce((total, layer) => total + layer.weights, 0);
  const unchanged = small.sensitivity.layers.reduce(
    (total, layer) => total + (changed.has(layer.path) ? 0 : layer.weights),
    0,
  );
  return {
    bytes: { file: bytes.length, original: 4 * model.countParams() },
    numbers: {
      learned: sum(small.layers, "learned") + unchanged,
      stored: sum(small.layers, "stored") + unchanged,
      weights,
    },
    layers: small.layers,
    kept: keptOf(model, changed, small.sensitivity),
    sensitivity: small.sensitivity,
    quality: { original: await quality(model), fitted: afterFit, final: await quality(read) },
    engine,
  };
}

/** Notes of the new file: those of the original, and the scaling that was asked for. */
const withScaling = (notes: ModelNotes, pixels: PixelOptions | undefined): ModelNotes =>
  notes.inputs || !pixels
    ? notes
    : { ...notes, inputs: { scale: pixels.scale ?? 1 / 255, offset: pixels.offset ?? 0 } };

/** Factorizes the model within the budget, from curves that were measured before if there are some. */
async function fitted(model: LayersModel, examples: Examples, options: CompressFileOptions) {
  const { budget, dictionaries, columns, layers, curves, seed, signal, onProgress } = options;
  const samples = examples.samples(options.samples);
  const may = ({ path, weights }: { readonly path: string; readonly weights: number }) =>
    weights >= 256 && (layers?.(path) ?? true);
  const paths = layersOf(model)
    .convertible.filter(may)
    .map(({ path }) => path);
  const identity = digest(
    canonical({
      weights: digestOf(model),
      paths,
      dictionaries,
      columns,
      samples: options.samples,
      seed,
      input: digestOf(samples),
    } as unknown as Json),
  );
  const known = await curvesIn(curves, identity);
  try {
    const small = await factorizeWithin(model, budget, {
      samples,
      dictionaries: offersOf(dictionaries, examples.grid),
      columns,
      layers: may,
      measure: examples.task?.name === "classification" || examples.task === undefined ? "classes" : "outputs",
      seed,
      ...(known && { sensitivity: known }),
      ...(signal && { signal }),
      ...(onProgress && { onProgress }),
    });
    if (!known) await writeWhole(curves, JSON.stringify({ identity, sensitivity: small.sensitivity }));
    return small;
  } catch (error) {
    throw (error as Error).name === "AbortError" ? new InterruptedError() : error;
  } finally {
    samples.dispose();
  }
}

const digest = (text: string | Uint8Array): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

/** Digest of a model's weights, or of a tensor. */
function digestOf(of: LayersModel | tf.Tensor): string {
  const tensors = of instanceof tf.Tensor ? [of] : of.getWeights();
  return digest(tensors.map((tensor) => digest(new Uint8Array(tensor.dataSync().slice().buffer))).join());
}

async function curvesIn(path: string, identity: string): Promise<Sensitivity | undefined> {
  try {
    const saved = JSON.parse(await readFile(path, "utf8")) as {
      readonly identity: string;
      readonly sensitivity: Sensitivity;
    };
    return saved.identity === identity ? saved.sensitivity : undefined;
  } catch {
    return undefined; // none, or of another version: measured again
  }
}

async function tuned(
  small: LayersModel,
  original: LayersModel,
  { training, task }: Examples,
  {
    epochs,
    rate = 1e-2,
    distill,
    seed,
    validation,
    execution = "auto",
    threads,
    storage,
    signal,
    onEvent,
    budget,
    dictionaries,
  }: CompressFileOptions,
): Promise<void> {
  const labeled = task && !endsInSoftmax(original) ? task : undefined;
  const goal = labeled
    ? distill > 0
      ? distillation(original, labeled, { weight: distill })
      : labeled
    : distillation(original, likeTheOriginal, { weight: 1 });
  const trained = await train(small, training, {
    epochs,
    task: goal,
    optimizer: adam(),
    schedule: cosine(rate, epochs * training.batchesPerEpoch),
    checkpoint: {
      storage,
      every,
      meta: JSON.parse(
        JSON.stringify({ compress: { budget, dictionaries, epochs, rate, distill, seed, validation } }),
      ) as Json,
    },
    execution,
    compile: { ...(threads !== undefined && { threads }) },
    ...(signal && { signal }),
    ...(onEvent && { onEvent }),
  });
  if (trained.status === "interrupted") throw new InterruptedError();
}

/** Task of outputs that are compared with the original's only. */
const likeTheOriginal: Task = {
  name: "the original's outputs",
  options: {},
  logits: [false],
  loss: () => tf.scalar(0),
  fault: () => undefined,
  measure: () => ({ add() {}, result: () => ({}) }),
};

const endsInSoftmax = (model: LayersModel): boolean => {
  const last = model.layers.at(-1)!;
  return last.getClassName() === "Softmax" || last.getConfig().activation === "softmax";
};

/** Layers with weights that stay as they are, and why. */
function keptOf(model: LayersModel, changed: ReadonlySet<string>, { layers }: Sensitivity) {
  const { convertible, others } = layersOf(model);
  const could = new Set(layers.map(({ path }) => path));
  return [
    ...convertible
      .filter(({ path }) => !changed.has(path))
      .map(({ path }) => ({
        path,
        reason: could.has(path) ? "the budget needs no change of it" : "few weights, or not asked for",
      })),
    ...others.map(({ path, reason }) => ({ path, reason })),
  ];
}
