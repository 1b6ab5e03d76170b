import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { calibrate } from "@weightcast/core";
import { type Dataset, samples } from "@weightcast/datasets";
import { type Dictionary, dictionaries, type Matrix, sizeOf } from "@weightcast/dictionary";
import { type HiddenLayer, mlp } from "@weightcast/models";
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

/**
 * The network of a run, before training. Layers are built from the first on: a dictionary made from data sees what its layer
 * is given, the images or the activations of the layers below as they are before any training, and then V is scaled
 * from a batch of images (`calibrate`). Their dictionaries must be registered.
 */
export async function buildNetwork(
  spec: RunSpec,
  { shape, classes, train }: Dataset,
  onDictionary: (made: DictionaryMade) => void = () => {},
): Promise<LayersModel> {
  const inputs = sizeOf(shape);
  const images = samples(train, { limit: Math.min(spec.data.samples, train.count), seed: spec.seed });
  const network = (hidden: readonly HiddenLayer[], outputs?: number) => {
    const { activation, seed } = spec;
    const model = mlp({ inputs, hidden, activation, seed, ...(outputs !== undefined && { classes: outputs }) });
    const [first] = images();
    tf.tidy(() => calibrate(model, tf.slice(tensorOf(first!), 0, Math.min(calibrationImages, first!.rows))));
    return model;
  };

  const hidden: HiddenLayer[] = [];
  for (const layer of spec.hidden) {
    const below = hidden.length === 0 ? undefined : () => network(hidden);
    const domain = hidden.length === 0 ? shape : [spec.hidden[hidden.length - 1]!.units];
    const started = performance.now();
    hidden.push(await hiddenLayer(layer, domain, images, below));
    if (layer.weights === "factorized")
      onDictionary({ layer: hidden.length, name: layer.dictionary, seconds: (performance.now() - started) / 1000 });
  }
  return network(hidden, classes);
}

async function hiddenLayer(
  layer: LayerSpec,
  domain: readonly number[],
  images: () => Iterable<Matrix>,
  below: (() => LayersModel) | undefined,
): Promise<HiddenLayer> {
  const { units } = layer;
  if (layer.weights === "dense") return { units };
  if (layer.weights === "low-rank")
    return { units, weights: { kind: "low-rank", rank: lowRank(layer, sizeOf(domain)) } };
  const { proportion, columns, selection } = layer;
  const dictionary = await dictionaryFor(layer, domain, images, below);
  return { units, weights: { kind: "factorized", dictionary, rank: { proportion }, columns, selection } };
}

/** The inner dimension r at which r (n_v + n_h) is nearest to the proportion of n_v n_h. */
const lowRank = ({ units, proportion }: { units: number; proportion: number }, inputs: number): number =>
  Math.max(1, Math.round((proportion * inputs * units) / (inputs + units)));

async function dictionaryFor(
  { dictionary: name, options }: Extract<LayerSpec, { weights: "factorized" }>,
  domain: readonly number[],
  images: () => Iterable<Matrix>,
  below: (() => LayersModel) | undefined,
): Promise<Dictionary> {
  const module = dictionaries.get(name);
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
