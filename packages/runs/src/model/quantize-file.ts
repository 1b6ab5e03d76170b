import type { LayersModel } from "@tensorflow/tfjs-layers";
import { type EngineReport, useEngine } from "@weightcast/backend";
import { writeWhole } from "@weightcast/disk";
import { type LoadedModel, type ModelNotes, type Quantization, quantizationWithin } from "@weightcast/files";
import { encodeSmall, loadModel } from "@weightcast/files/node";
import { evaluate, type Metrics } from "@weightcast/training";
import type { Json } from "@weightcast/types";
import { registerBuiltIns } from "../build/dictionaries";
import { runData } from "../build/load-run-data";
import type { RunData, RunSource } from "../build/run-data";
import { gridsOf, trainRounded, type WeightTypes } from "../run/quantized";
import type { TuneFileOptions } from "../tune/options";
import { runOf } from "./origin";

/** Options of {@link quantizeFile}. */
export interface QuantizeFileOptions extends Omit<TuneFileOptions, "validation" | "pixels"> {
  /** Types of the weights; or the most bytes of the file, for which the types are chosen. */
  readonly types: WeightTypes | (Pick<WeightTypes, "vectors" | "scaledBy"> & { readonly bytes: number });
  /** Epochs of training with rounded weights; 0 for none, which needs no images. */
  readonly epochs: number;
  /** Learning rate at their start. @default a tenth of that of the network's training */
  readonly rate?: number;
}

/** Weight in a file that was made small. */
export interface QuantizedWeight {
  readonly name: string;
  readonly type: string;
  /** Number of its entries. */
  readonly numbers: number;
}

/** Result of {@link quantizeFile}. */
export interface QuantizedFile {
  /** Bytes of the file. */
  readonly bytes: number;
  readonly weights: readonly QuantizedWeight[];
  readonly engine: EngineReport;
  /** Errors of the model that is read from the new file, on the images; absent if it was not trained further. */
  readonly evaluation?: {
    /** Share of misclassified examples; absent of a regression. */
    readonly error?: number;
    /** Metrics of a regression. */
    readonly metrics?: Metrics;
    readonly loss: number;
    readonly count: number;
  };
}

/** Steps between checkpoints. */
const every = 200;

/**
 * Makes the network of a model file small: chooses the types of its weights, trains it further with rounded weights if asked, and writes
 * the small file, whole or not at all.
 * @param from model file
 * @param to file to write
 * @throws FileError as `loadModel`; DiskError if the file can't be written; RangeError if the budget is too small, or images are needed and
 *   the file does not say which it was trained with
 * @throws InterruptedError once the signal is aborted, with a checkpoint stored if it was in training
 */
export async function quantizeFile(from: string, to: string, options: QuantizeFileOptions): Promise<QuantizedFile> {
  registerBuiltIns();
  const engine = await useEngine(options.engine);
  const { model, ...notes } = await loadModel(from);
  try {
    const { types, compress } = options;
    const grids =
      "bytes" in types
        ? await quantizationWithin(model, { ...types, compress, notes, encode: encodeSmall })
        : gridsOf(model, types);
    const tests = options.epochs > 0 ? await tuned(from, { model, ...notes }, grids, options) : undefined;
    const bytes = await encodeSmall(model, notes, { quantization: grids, compress });
    await writeWhole(to, bytes);
    const evaluation = tests && (await evaluated(to, tests));
    return { bytes: bytes.length, weights: weightsOf(model, grids), engine, ...(evaluation && { evaluation }) };
  } finally {
    model.dispose();
  }
}

/** Examples that measure a model, and how. */
interface Tests {
  readonly tests: RunSource;
  readonly task: RunData["task"];
}

/** Trains a model with rounded weights, by the rule and the images of its training. @returns the images that measure it */
async function tuned(
  from: string,
  { model, ...notes }: LoadedModel,
  grids: Quantization,
  {
    epochs,
    rate,
    data,
    folder,
    execution = "auto",
    threads,
    storage,
    signal,
    onDownload,
    onEvent,
  }: QuantizeFileOptions,
): Promise<Tests> {
  const origin = runOf((notes as ModelNotes).origin);
  if (!origin)
    throw new RangeError(
      `${from}: it does not say how it was trained, so it can't be trained further; choose 0 epochs`,
    );
  const spec = { ...origin.spec, ...(data && { data }) };
  const fetching = { ...(signal && { signal }), ...(onDownload && { onProgress: onDownload }) };
  const { task, sources } = await runData(spec, folder, fetching, notes);
  const { examples, tests } = sources();
  const meta = JSON.parse(JSON.stringify({ spec, epochs, rate, grids: [...grids] })) as Json;
  await trainRounded(
    model,
    examples,
    spec.training,
    { grids, epochs, rate: rate ?? spec.training.rate / 10, meta },
    {
      ...{ execution, tests, task, storage, every, onEvent: onEvent ?? (() => {}) },
      compile: { ...(threads !== undefined && { threads }) },
      ...(signal && { signal }),
    },
  );
  return { tests, task };
}

async function evaluated(path: string, { tests, task }: Tests) {
  const { model } = await loadModel(path);
  try {
    const { error, loss, count, metrics } = await evaluate(model, tests, { task });
    return { ...(task.name === "regression" ? { metrics: metrics! } : { error }), loss, count };
  } finally {
    model.dispose();
  }
}

const weightsOf = ({ weights }: LayersModel, grids: Quantization): readonly QuantizedWeight[] =>
  weights.map(({ originalName: name, shape }) => ({
    name,
    type: grids.get(name)?.type ?? "as it is",
    numbers: (shape as number[]).reduce((product, axis) => product * axis, 1),
  }));
