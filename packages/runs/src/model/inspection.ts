import { stat } from "node:fs/promises";
import type { LayersModel, layers } from "@tensorflow/tfjs-layers";
import { useEngine } from "@weightcast/backend";
import type { EngineChoice } from "@weightcast/backend/names";
import { isFactorized, LowRankDense, type Recipe } from "@weightcast/core";
import { type ModelNotes, readSafetensors } from "@weightcast/files";
import { loadModel, readModelFile } from "@weightcast/files/node";
import { type Json, sizeOf } from "@weightcast/types";
import { registerBuiltIns } from "../build/dictionaries";
import { type Filters, firstFilters } from "../record/filters";
import { imageShape } from "./image-shape";
import { type Origin, runOf } from "./origin";

/** Array of numbers in a model file. */
export interface StoredTensor {
  readonly name: string;
  /** Type of its numbers, as safetensors names it. */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: number;
}

/** Layer with weights in a model file. Counts are of numbers, biases included. */
export interface InspectedLayer {
  readonly layer: string;
  /** Class of the layer: "FactorizedDense", "Conv2D". */
  readonly kind: string;
  /** Shape of its outputs, without the batch. */
  readonly outputs: readonly number[];
  /** Weights of the ordinary layer that it stands for. */
  readonly weights: number;
  /** Numbers that training changes. */
  readonly learned: number;
  /** Numbers that are fixed: U, and what is frozen. */
  readonly fixed: number;
  /** Fixed numbers that the file holds; the others are computed from the recipe. */
  readonly stored: number;
  /** Bytes in the file. */
  readonly bytes: number;
  readonly tensors: readonly StoredTensor[];
  /** Of a layer with a dictionary: how its atoms are made, and the fingerprint by which they are recognized. */
  readonly dictionary?: {
    readonly recipe: Recipe;
    readonly fingerprint: Json;
    /** Atoms in each column. */
    readonly rank: number;
    readonly columns: number;
    readonly basis: string;
  };
  /** Rank of a layer of low rank. */
  readonly rank?: number;
}

/** What is in a model file. `headerBytes`, `otherBytes` and the bytes of the layers add up to `bytes`. */
export interface Inspection {
  readonly path: string;
  /** Bytes of the file; of what its compression holds, if it is compressed. */
  readonly bytes: number;
  /** Bytes of the compressed file. */
  readonly compressed?: number;
  /** Bytes of its header: the network's topology, the recipes, the notes, and where each tensor lies. */
  readonly headerBytes: number;
  /** Bytes of tensors that belong to no layer. */
  readonly otherBytes: number;
  readonly layers: readonly InspectedLayer[];
  readonly notes: Omit<ModelNotes, "origin">;
  /** Run that it came from, if it says so. */
  readonly origin?: Origin;
  /** Shape of the images that the network takes, if it is known. */
  readonly shape?: readonly number[];
  /** Pictures of the first layer's filters, if they are over images or kernels. */
  readonly filters?: Filters;
}

/** Options of {@link inspectModel}. */
export interface InspectOptions {
  /** Engine that makes the network. @default "auto": native, else wasm, else cpu */
  readonly engine?: EngineChoice;
}

/**
 * What is in a model file, layer by layer. Dictionaries of other packages must be registered.
 * @throws FileError as `loadModel`
 */
export async function inspectModel(path: string, { engine }: InspectOptions = {}): Promise<Inspection> {
  registerBuiltIns();
  await useEngine(engine);
  const { model, origin: written, ...notes } = await loadModel(path);
  try {
    const { size } = await stat(path);
    const file = await readModelFile(path);
    const { tensors } = readSafetensors(file, path);
    const stored = [...tensors].map(([name, { dtype, shape, bytes }]) => ({ name, dtype, shape, bytes: bytes.length }));
    const weighted = model.layers.filter(({ weights }) => weights.length > 0);
    const owned = byLayer(
      weighted.map(({ name }) => name),
      stored,
    );
    const found = weighted.map((layer) => inspected(layer, model, owned.get(layer.name)!));
    const origin = runOf(written);
    const shape = imageShape(model, notes, origin);
    const filters = filtersOf(model, shape);
    return {
      path,
      bytes: file.length,
      ...(size !== file.length && { compressed: size }),
      headerBytes: file.length - bytesOf(stored),
      otherBytes: bytesOf(stored) - bytesOf(found),
      layers: found,
      notes,
      ...(origin && { origin }),
      ...(shape && { shape }),
      ...(filters && { filters }),
    };
  } finally {
    model.dispose();
  }
}

function inspected(layer: layers.Layer, model: LayersModel, tensors: readonly StoredTensor[]): InspectedLayer {
  const held = numbersOf(layer.weights);
  const learned = numbersOf(layer.weights.filter((weight) => model.trainableWeights.includes(weight)));
  const common = {
    layer: layer.name,
    kind: layer.getClassName(),
    outputs: (layer.outputShape as number[]).slice(1),
    learned,
    stored: held - learned,
    bytes: bytesOf(tensors),
    tensors,
  };
  const isLowRank = layer instanceof LowRankDense;
  if (!isFactorized(layer) && !isLowRank) return { ...common, weights: held, fixed: held - learned };
  const account = layer.account(model.trainableWeights);
  const bias = held - account.dynamic - account.stored;
  const counts = { weights: account.dense + bias, fixed: account.static + account.dynamic + bias - learned };
  if (isLowRank) return { ...common, ...counts, rank: layer.rank };
  const { columns, rank, recipe } = layer;
  const config = layer.getConfig();
  const { fingerprint = null } = JSON.parse(String(config.recipe)) as { readonly fingerprint?: Json };
  return {
    ...common,
    ...counts,
    dictionary: { recipe, fingerprint, rank, columns, basis: String(config.basis ?? "atoms") },
  };
}

/** Tensors of each layer; a name begins with that of its layer. */
function byLayer(names: readonly string[], tensors: readonly StoredTensor[]): ReadonlyMap<string, StoredTensor[]> {
  const found = new Map(names.map((name): [string, StoredTensor[]] => [name, []]));
  for (const tensor of tensors) {
    const owners = names.filter((name) => tensor.name.startsWith(`${name}/`));
    const [longest] = owners.sort((a, b) => b.length - a.length);
    if (longest !== undefined) found.get(longest)!.push(tensor);
  }
  return found;
}

const bytesOf = (tensors: readonly { readonly bytes: number }[]): number =>
  tensors.reduce((sum, { bytes }) => sum + bytes, 0);

const numbersOf = (weights: layers.Layer["weights"]): number =>
  weights.reduce((sum, { shape }) => sum + sizeOf(shape as number[]), 0);

/** Pictures of the first layer's filters; none if it is over neither images nor kernels. */
function filtersOf(model: LayersModel, shape: readonly number[] | undefined): Filters | undefined {
  const first = model.layers.find(({ weights }) => weights.length > 0);
  const isConvolution = /Conv2D$/.test(first?.getClassName() ?? "");
  const isConnected = /Dense$/.test(first?.getClassName() ?? "");
  if (isConvolution) return firstFilters(model, []);
  return isConnected && shape ? firstFilters(model, shape) : undefined;
}
