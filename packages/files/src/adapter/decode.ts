import type { LayersModel } from "@tensorflow/tfjs-layers";
import { type Adapted, adapt, headOf, newHead } from "@weightcast/convert";
import { leavesOf, limitWork } from "@weightcast/core";
import { FileError, type FileErrorCode } from "../error";
import type { ReadOptions } from "../model/decode";
import type { ModelNotes } from "../model/notes";
import { reasonOf } from "../model/reason";
import { defaultLimit } from "../model/within-limits";
import { shown } from "../safetensors/read";
import { fingerprintOfBase } from "./base";
import { type AdapterContent, readAdapter } from "./content";
import { printsName } from "./encode";
import { isSame, printsIn } from "./prints";

/** Options of readers of adapters. */
export interface AdapterReadOptions extends ReadOptions {
  /** Name that the adapter gets. @default the one that it was saved with */
  readonly name?: string;
}

/** Adapter of a file, on its model, with what the file says about it. */
export interface LoadedAdapter extends ModelNotes {
  /** The adapted model, in which the adapter is active. */
  readonly adapted: Adapted;
  /** Name of the adapter. */
  readonly name: string;
}

/**
 * Adapter in the bytes of its file, put on the model that it was made for. Dictionaries are looked up by name: register the modules first,
 * with `dictionaries.register(…)` of `@weightcast/dictionary`.
 *
 * @param model the model, which stays as it is, and of which a copy is adapted, with a head of another number of outputs if the adapter has
 *   one; or an adapted model, to which the adapter is added
 * @throws FileError `FILE_DAMAGED`, `FILE_FOREIGN`, `FILE_NEWER` and `FILE_TOO_LARGE` as `decodeModel`; `FILE_UNUSABLE` if the adapter was
 *   made for another model, does not fit its layers, has the name of one that is there, or a dictionary is unknown, takes more work than
 *   `work`, or no longer makes the atoms that it was saved with. Nothing is added then
 */
export async function decodeAdapter(
  model: LayersModel | Adapted,
  bytes: Uint8Array,
  { file = "adapter", name: given, limit = defaultLimit, work = 2e10 }: AdapterReadOptions = {},
): Promise<LoadedAdapter> {
  const adapter = await readAdapter(bytes, { file, limit });
  const whole = new Set(adapter.parts.flatMap(({ path, config }) => (config.term.form === "full" ? [path] : [])));
  const base = await fingerprintOfBase(isAdapted(model) ? model.model : model, whole);
  if (base !== adapter.base)
    throw new FileError(
      "FILE_UNUSABLE",
      `${file}: it adapts another model: the weights of this one have fingerprint ${base}, those of its own ${shown(adapter.base)}; give it the model that it was made for`,
    );
  const outputs = otherOutputs(isAdapted(model) ? model.model : model, adapter);
  if (isAdapted(model) && outputs !== undefined)
    throw new FileError(
      "FILE_UNUSABLE",
      `${file}: its last layer has ${outputs} outputs, and that of the adapted model has ${model.model.outputs[0]!.shape.at(-1)}; put it on the model itself`,
    );
  const name = given ?? adapter.name;
  const allowed = limitWork(work);
  let copy: Adapted | undefined;
  try {
    if (!isAdapted(model)) copy = adaptable(model, outputs);
    const adapted = copy ?? (model as Adapted);
    put(adapted, name, adapter, { limit, file });
    adapted.use(name);
    return { adapted, name, ...adapter.notes };
  } catch (error) {
    if (copy) free(copy.model);
    if (error instanceof FileError) throw error;
    throw new FileError("FILE_UNUSABLE", `${file}: it can't be put on the model: ${reasonOf(error)}`, error);
  } finally {
    limitWork(allowed);
  }
}

/** Copy of a model without adapters, with a head of as many outputs as the adapter's. */
function adaptable(model: LayersModel, outputs: number | undefined): Adapted {
  if (outputs === undefined) return adapt(model);
  const other = newHead(model, outputs);
  try {
    return adapt(other);
  } finally {
    free(other);
  }
}

/** Outputs of the head that an adapter's file holds, if it holds one, and they are not as many as the model's. */
function otherOutputs(model: LayersModel, { parts, tensors }: AdapterContent): number | undefined {
  const head = headOf(model);
  if (!head || !parts.some(({ path, config }) => path === head.path && config.term.form === "full")) return undefined;
  const outputs = tensors.get(`${head.path}/kernel`)?.shape[1];
  return outputs === undefined || outputs === 0 || outputs === model.outputs[0]!.shape.at(-1) ? undefined : outputs;
}

/** Frees a model. A graph's `dispose` leaves the weights of a layer that is called twice. */
function free(model: LayersModel): void {
  for (const layer of leavesOf(model)) (layer as unknown as { disposeWeights(): number }).disposeWeights();
}

const isAdapted = (model: LayersModel | Adapted): model is Adapted => "unload" in model;

/** What an adapter is read from. */
interface Source {
  readonly limit: number;
  readonly file: string;
}

/** Adds an adapter to a model, wholly or not at all. */
function put(adapted: Adapted, name: string, adapter: AdapterContent, { limit, file }: Source): void {
  const { tensors } = adapter;
  const refuse = (code: FileErrorCode, what: string): never => {
    throw new FileError(code, `${file}: ${what}`);
  };
  const damaged = (what: string) => refuse("FILE_DAMAGED", `${what}; save the adapter again`);
  const read = new Set<string>();
  adapted.restore(name, adapter.parts, (path, role, shape) => {
    const key = `${path}/${role}`;
    const numbers = shape.reduce((size, length) => size * length, 1);
    if (numbers > limit)
      refuse(
        "FILE_TOO_LARGE",
        `${shown(key)} must have at most ${limit} numbers; got ${numbers}; pass a higher limit if you trust the file`,
      );
    const tensor = tensors.get(key) ?? damaged(`it holds no ${shown(key)}`);
    if (
      tensor.dtype !== "F32" ||
      tensor.shape.length !== shape.length ||
      tensor.shape.some((length, i) => length !== shape[i])
    )
      damaged(`${shown(key)} must be F32 [${shape}]; got ${tensor.dtype} [${tensor.shape}]`);
    read.add(key);
    return new Float32Array(tensor.bytes.slice().buffer);
  });
  try {
    const extra = [...tensors.keys()].find((key) => key !== printsName && !read.has(key));
    if (extra !== undefined) damaged(`it holds ${shown(extra)}, which none of its layers has`);
    adapted.scale(name, adapter.factor);
    const changed = changedLayer(adapted, name, tensors);
    if (changed !== undefined)
      refuse(
        "FILE_UNUSABLE",
        `the dictionary of layer ${shown(changed)} no longer makes the atoms that the adapter was saved with; install the version it was saved with`,
      );
  } catch (error) {
    adapted.remove(name);
    throw error;
  }
}

/** Path of a layer whose atoms are not those that the adapter was saved with. */
function changedLayer(adapted: Adapted, name: string, tensors: AdapterContent["tensors"]): string | undefined {
  const made = adapted
    .parts(name)
    .flatMap(({ path, config }) => (config.prints ?? []).map((print) => ({ path, print })));
  const saved = printsIn(tensors.get(printsName)) ?? [];
  return made.find(({ print }, i) => !isSame(saved[i], print))?.path;
}
