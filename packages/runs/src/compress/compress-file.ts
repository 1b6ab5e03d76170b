import type { LayersModel } from "@tensorflow/tfjs-layers";
import { type EngineReport, useEngine } from "@weightcast/backend";
import {
  type Budget,
  type ExpectedStage,
  type FactorizedReport,
  type FactorizedWithin,
  layersOf,
  type Sensitivity,
} from "@weightcast/convert";
import type { PixelOptions } from "@weightcast/datasets";
import { writeWhole } from "@weightcast/disk";
import type { ModelNotes } from "@weightcast/files";
import { encodeSmall, loadModel } from "@weightcast/files/node";
import { checkMeta } from "@weightcast/training";
import { registerBuiltIns } from "../build/dictionaries";
import { readAnyModel } from "../model/read-any-model";
import { examplesFor } from "../tune/examples";
import { outputsOn, type Quality, qualityOf } from "../tune/quality";
import { fitted } from "./fit";
import { type Fitting, fittingOf } from "./fitting";
import type { CompressFileOptions } from "./options";
import { type Tuning, tuned, tuningMeta } from "./tune";

/** Result of {@link compressFile}. */
export interface CompressedFile {
  readonly budget: Budget;
  /** Bytes of the file, and of the original's weights as float32. */
  readonly bytes: { readonly file: number; readonly original: number };
  /** Numbers that are learned in the layers that could change, that the file holds for them, and their weights. */
  readonly numbers: { readonly learned: number; readonly stored: number; readonly weights: number };
  readonly layers: readonly FactorizedReport[];
  /** Layers that stay as they are. */
  readonly kept: readonly { readonly path: string; readonly reason: string }[];
  readonly sensitivity: Sensitivity;
  /** What other budgets would give by the curves, before training, from the model as it is to the smallest. */
  readonly stages: readonly ExpectedStage[];
  /** Quality on test examples: of the original, after the fit, and of the model that is read from the file. */
  readonly quality: { readonly original: Quality; readonly fitted: Quality; readonly final: Quality };
  /** Training after the fit; absent if there was none. */
  readonly training?: Tuning;
  readonly engine: EngineReport;
}

/**
 * Compresses the network of a model file: its layers are factorized within a budget, trained further with distillation from the original if asked,
 * and the new file is written, whole or not at all. The same call goes on where an interrupted one stopped.
 * @param from model file of Weightcast, or layers model of TensorFlow.js
 * @param to file to write
 * @throws FileError if the model can't be read; DiskError if the file can't be written; RangeError if the budget can't be met or the examples do not fit
 * @throws TrainingError `CHECKPOINT_MISMATCH`, before anything is measured, if the storage holds a training with other settings
 * @throws InterruptedError once the signal is aborted
 */
export async function compressFile(from: string, to: string, options: CompressFileOptions): Promise<CompressedFile> {
  registerBuiltIns();
  const { signal, onDownload, execution = "auto", data, pixels, folder, validation, seed } = options;
  const engine = await useEngine(options.engine);
  const loaded = await readAnyModel(from);
  const { model, ...notes } = loaded;
  const models = [model];
  let given: Fitting | undefined;
  try {
    const fetching = { ...(signal && { signal }), ...(onDownload && { onProgress: onDownload }) };
    const who = ["compress", "factorizeWithin"] as const;
    const examples = await examplesFor(loaded, { who, path: from, data, validation, pixels, seed, folder, fetching });
    given = fittingOf(model, examples, options);
    const meta = tuningMeta(options, given);
    if (options.epochs > 0) await checkMeta(options.storage, meta); // refused before the work, not after it
    const small = await fitted(model, examples, given, options);
    models.push(small.model);
    const { tests, task } = examples;
    const originals = await outputsOn(model, tests, execution);
    const quality = async (of: LayersModel) => qualityOf(await outputsOn(of, tests, execution), originals, tests, task);
    const afterFit = await quality(small.model);
    const training = options.epochs > 0 ? await tuned(small.model, model, examples, meta, options) : undefined;
    const bytes = await encodeSmall(small.model, withScaling(notes, pixels), { compress: options.compress });
    await writeWhole(to, bytes);
    const read = (await loadModel(to)).model;
    models.push(read);
    return {
      budget: options.budget,
      bytes: { file: bytes.length, original: 4 * model.countParams() },
      numbers: numbersOf(small),
      layers: small.layers,
      kept: keptOf(model, small),
      ...{ sensitivity: small.sensitivity, stages: small.stages },
      quality: {
        original: await qualityOf(originals, originals, tests, task),
        fitted: afterFit,
        final: await quality(read),
      },
      ...(training && { training }),
      engine,
    };
  } finally {
    given?.samples.dispose();
    for (const one of models) one.dispose();
  }
}

/** Notes of the new file: those of the original, and the scaling that was asked for. */
const withScaling = (notes: ModelNotes, pixels: PixelOptions | undefined): ModelNotes =>
  notes.inputs || !pixels
    ? notes
    : { ...notes, inputs: { scale: pixels.scale ?? 1 / 255, offset: pixels.offset ?? 0 } };

/** Numbers of the layers that could change: those that did not count with all of their weights. */
function numbersOf({ layers, sensitivity }: FactorizedWithin): CompressedFile["numbers"] {
  const changed = new Map(layers.map((layer) => [layer.path, layer]));
  const sum = (of: "learned" | "stored" | "weights") =>
    sensitivity.layers.reduce((total, { path, weights }) => total + (changed.get(path)?.[of] ?? weights), 0);
  return { learned: sum("learned"), stored: sum("stored"), weights: sum("weights") };
}

/** Layers with weights that stay as they are, and why. */
function keptOf(model: LayersModel, { layers, sensitivity }: FactorizedWithin): CompressedFile["kept"] {
  const { convertible, others } = layersOf(model);
  const [changed, could] = [layers, sensitivity.layers].map((list) => new Set(list.map(({ path }) => path)));
  return [
    ...convertible
      .filter(({ path }) => !changed!.has(path))
      .map(({ path }) => ({
        path,
        reason: could!.has(path) ? "the budget needs no change of it" : "few weights, or not asked for",
      })),
    ...others.map(({ path, reason }) => ({ path, reason })),
  ];
}
