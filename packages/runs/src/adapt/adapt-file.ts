import type { LayersModel } from "@tensorflow/tfjs-layers";
import { type EngineReport, useEngine } from "@weightcast/backend";
import { type Adapted, adapt, headOf, newHead } from "@weightcast/convert";
import { type AdapterForm, full } from "@weightcast/core";
import { decodeAdapter, encodeAdapter } from "@weightcast/files";
import { loadAdapter, saveAdapter } from "@weightcast/files/node";
import { checkMeta } from "@weightcast/training";
import type { Json } from "@weightcast/types";
import { registerBuiltIns } from "../build/dictionaries";
import { readAnyModel } from "../model/read-any-model";
import { adapterForms } from "../spec/adapter-forms";
import { digestOf } from "../tune/digest";
import { type Examples, examplesFor } from "../tune/examples";
import { outputsOn, type Score, scoreOf } from "../tune/quality";
import { trainOn } from "../tune/train-on";
import { formOf } from "./form-of";
import { goalOf } from "./goal";
import { type AdapterInspection, inspectAdapter } from "./inspect-adapter";
import type { AdaptFileOptions } from "./options";

/** Result of {@link adaptFile}. */
export interface AdaptedFile {
  /** What is in the file. */
  readonly adapter: AdapterInspection;
  /** Bytes of the file, and of the model's weights as float32. */
  readonly bytes: { readonly file: number; readonly model: number };
  /** Numbers that are learned, and the model's weights. */
  readonly numbers: { readonly learned: number; readonly weights: number };
  /** New last layer, if the examples have another number of classes than the model has outputs. */
  readonly newHead?: { readonly layer: string; readonly outputs: number; readonly before: number };
  /** Quality on test examples: of the model, absent if it has other outputs; and of it with the adapter that is read from the file. */
  readonly quality: { readonly model?: Score; readonly adapted: Score };
  readonly engine: EngineReport;
}

/**
 * Adapts the network of a model file to examples: its weights stay, and an adapter is trained, which gets a file of its own, written whole or
 * not at all. The same call goes on where an interrupted one stopped.
 * @param from model file of Weightcast, or layers model of TensorFlow.js
 * @param to file to write
 * @throws FileError if the model can't be read; DiskError if the file can't be written; RangeError if the form or the examples do not fit
 * @throws TrainingError `CHECKPOINT_MISMATCH`, before anything is computed, if the storage holds a training with other settings
 * @throws InterruptedError once the signal is aborted
 */
export async function adaptFile(from: string, to: string, options: AdaptFileOptions): Promise<AdaptedFile> {
  registerBuiltIns();
  const { execution = "auto", name = "default", compress } = options;
  const engine = await useEngine(options.engine);
  const loaded = await readAnyModel(from);
  const models = [loaded.model];
  const owned = (model: LayersModel) => {
    models.push(model);
    return model;
  };
  try {
    const meta = JSON.parse(
      JSON.stringify({ adapt: { ...settingsOf(options), base: digestOf(loaded.model) } }),
    ) as Json;
    await checkMeta(options.storage, meta); // refused before the work, not after it
    const examples = await examplesOf(loaded, from, options);
    const { tests, labels } = examples;
    const score = async (of: LayersModel) => scoreOf(await outputsOn(of, tests, execution), tests, labels.task);
    const base = examples.task ? loaded.model : owned(withOutputs(from, loaded.model, labels.outputs));
    const task = goalOf(from, base, labels.task);
    const before = examples.task && (await score(base));
    const form = formOf(options, examples.grid);
    const adapted = adapt(base, choiceOf(base, form, { ...options, head: options.head || base !== loaded.model }), {
      name,
      biases: options.biases ?? false,
    });
    owned(adapted.model);
    await checkReadable(to, loaded.model, adapted);
    await trainOn(adapted.model, examples.training, {
      ...{ task, epochs: options.epochs, rate: options.rate ?? adapterForms[options.form].rate },
      ...{ execution, threads: options.threads, storage: options.storage },
      ...{ signal: options.signal, onEvent: options.onEvent },
      meta,
    });
    await saveAdapter(to, adapted, name, { notes: examples.notes, compress });
    const read = owned((await loadAdapter(to, loaded.model)).adapted.model);
    const weights = loaded.model.countParams();
    const adapter = await inspectAdapter(to);
    return {
      adapter,
      bytes: { file: adapter.compressed ?? adapter.bytes, model: 4 * weights },
      numbers: { learned: adapted.learned(name), weights },
      ...(base !== loaded.model && { newHead: headsOf(loaded.model, base) }),
      quality: { ...(before && { model: before }), adapted: await score(read) },
      engine,
    };
  } finally {
    for (const one of models) one.dispose();
  }
}

/** @throws FileError, before the training, if the adapter could not be read again: its atoms take more work than a reader allows */
async function checkReadable(to: string, model: LayersModel, adapted: Adapted): Promise<void> {
  const read = await decodeAdapter(model, await encodeAdapter(adapted, undefined, { compress: false }), { file: to });
  read.adapted.model.dispose();
}

function examplesOf(
  loaded: Awaited<ReturnType<typeof readAnyModel>>,
  path: string,
  { signal, onDownload, data, validation, pixels, batch, seed, folder }: AdaptFileOptions,
): Promise<Examples> {
  const fetching = { ...(signal && { signal }), ...(onDownload && { onProgress: onDownload }) };
  const who = ["adapt", "adapt"] as const;
  return examplesFor(loaded, { who, path, data, validation, pixels, batch, seed, folder, fetching });
}

/** The model with a head of as many outputs as there are classes. */
function withOutputs(path: string, model: LayersModel, outputs: number): LayersModel {
  const own = model.outputs[0]!.shape.at(-1);
  if (headOf(model)) return newHead(model, outputs);
  throw new RangeError(
    `${path}: it has ${own} outputs, and the examples have ${outputs} classes; its last layer must be a dense one to be replaced; replace it yourself, and adapt the new model`,
  );
}

/** Layers that are adapted, with their forms: the head whole, if it is to be. */
function choiceOf(
  model: LayersModel,
  form: AdapterForm,
  { layers = ["*"], head: isWhole }: Pick<AdaptFileOptions, "layers" | "head">,
): Readonly<Record<string, AdapterForm>> {
  const head = isWhole ? headOf(model) : undefined;
  if (isWhole && !head)
    throw new RangeError("adapt: head is for a model whose outputs are those of one dense layer; leave it out");
  const others = layers.filter((pattern) => pattern !== head?.path);
  // The first pattern that fits a layer decides.
  return { ...(head && { [head.path]: full() }), ...Object.fromEntries(others.map((pattern) => [pattern, form])) };
}

/** Settings that make a training another one. */
const settingsOf = ({
  form,
  rank,
  entries,
  dictionary,
  layers,
  head,
  biases,
  epochs,
  rate,
  batch,
  data,
  validation,
  pixels,
  seed,
}: AdaptFileOptions) => ({
  ...{ form, rank, entries, dictionary, layers, head, biases, epochs, rate, batch, data, validation, pixels, seed },
});

function headsOf(model: LayersModel, base: LayersModel): NonNullable<AdaptedFile["newHead"]> {
  const [before, outputs] = [model, base].map(({ outputs: [output] }) => output!.shape.at(-1)!);
  return { layer: headOf(base)!.path, outputs: outputs!, before: before! };
}
