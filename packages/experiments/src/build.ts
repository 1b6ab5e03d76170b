import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { calibrate, type Order } from "@weightcast/core";
import { type Dataset, samples } from "@weightcast/datasets";
import { type Dictionary, dictionaries, type Matrix, sizeOf } from "@weightcast/dictionary";
import { type HiddenLayer, mlp } from "@weightcast/models";
import { stream } from "@weightcast/random";
import type { LayerSpec, RunSpec } from "./spec";

/** Images that the initial scale of V is set from. */
const calibrationImages = 500;

/** A dictionary was made. */
export interface DictionaryMade {
  /** Hidden layer it is for, from 1. */
  readonly layer: number;
  readonly name: string;
  readonly seconds: number;
}

/** Options of {@link buildNetwork}. */
export interface BuildOptions {
  /** Order of the first layer's product: inputs first where x U is computed once for all images. @default "auto" */
  readonly first?: Order;
  readonly onDictionary?: (made: DictionaryMade) => void;
}

/**
 * The network of a run, before training. Layers are built from the first on: a dictionary made from data sees what its layer
 * is given, the images or the activations of the layers below as they are before any training, and then V is scaled
 * from a batch of images (`calibrate`). Their dictionaries must be registered.
 */
export async function buildNetwork(
  spec: RunSpec,
  { shape, classes, train }: Dataset,
  { first = "auto", onDictionary = () => {} }: BuildOptions = {},
): Promise<LayersModel> {
  const inputs = sizeOf(shape);
  const typical = samples(train, {
    limit: Math.min(calibrationImages, train.count),
    seed: spec.seed,
  });
  const images = samples(train, { limit: Math.min(spec.data.samples, train.count), seed: spec.seed });
  const network = (hidden: readonly HiddenLayer[], outputs?: number) => {
    const { activation, seed } = spec;
    const model = mlp({ inputs, hidden, activation, seed, ...(outputs !== undefined && { classes: outputs }) });
    try {
      for (const batch of typical()) tf.tidy(() => calibrate(model, tensorOf(batch)));
      return model;
    } catch (error) {
      model.dispose();
      throw error;
    }
  };

  const hidden: HiddenLayer[] = [];
  for (const layer of spec.hidden) {
    const below = hidden.length === 0 ? undefined : () => network(hidden);
    const domain = hidden.length === 0 ? shape : [spec.hidden[hidden.length - 1]!.units];
    const started = performance.now();
    const seed = stream(spec.seed, `dictionary/${hidden.length + 1}`).uint32();
    const order = hidden.length === 0 ? first : "auto";
    hidden.push(await hiddenLayer(layer, { domain, images, below, seed, order }));
    if (layer.weights === "factorized")
      onDictionary({ layer: hidden.length, name: layer.dictionary, seconds: (performance.now() - started) / 1000 });
  }
  return network(hidden, classes);
}

/** What a layer's dictionary may be made from. */
interface Givens {
  readonly domain: readonly number[];
  readonly images: () => Iterable<Matrix>;
  /** The network below it; nothing below the first layer. */
  readonly below: (() => LayersModel) | undefined;
  /** For a dictionary whose atoms are random, where its options name no seed. */
  readonly seed: number;
  readonly order: Order;
}

async function hiddenLayer(layer: LayerSpec, givens: Givens): Promise<HiddenLayer> {
  const { units } = layer;
  if (layer.weights === "dense") return { units };
  if (layer.weights === "low-rank")
    return { units, weights: { kind: "low-rank", rank: lowRank(layer, sizeOf(givens.domain)) } };
  const { proportion, columns, selection } = layer;
  const dictionary = await dictionaryFor(layer, givens);
  return {
    units,
    weights: {
      kind: "factorized",
      dictionary,
      rank: { proportion },
      columns,
      selection: selection as "uniform",
      order: givens.order,
    },
  };
}

/** The inner dimension r at which r (n_v + n_h) is nearest to the proportion of n_v n_h. */
const lowRank = ({ units, proportion }: { units: number; proportion: number }, inputs: number): number =>
  Math.max(1, Math.round((proportion * inputs * units) / (inputs + units)));

async function dictionaryFor(
  { dictionary: name, options: given }: Extract<LayerSpec, { weights: "factorized" }>,
  { domain, images, below, seed }: Givens,
): Promise<Dictionary> {
  const module = dictionaries.get(name);
  const options = module.seeded ? { seed, ...given } : given;
  if (module.needs === "domain") return module.create({ domain }, options);
  if (!below) return module.create({ domain, batches: images }, options);
  const model = below();
  try {
    return await module.create({ domain, batches: () => activations(model, images()) }, options);
  } finally {
    model.dispose();
  }
}

/** What a model makes of samples, batch by batch. */
function* activations(model: LayersModel, batches: Iterable<Matrix>): Iterable<Matrix> {
  for (const batch of batches) {
    const outputs = tf.tidy(() => model.apply(tensorOf(batch)) as tf.Tensor);
    const data = outputs.dataSync<"float32">().slice();
    outputs.dispose();
    yield { rows: batch.rows, cols: data.length / batch.rows, data };
  }
}

const tensorOf = ({ rows, cols, data }: Matrix): tf.Tensor2D => tf.tensor2d(data, [rows, cols]);
