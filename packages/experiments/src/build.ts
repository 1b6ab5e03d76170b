import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { calibrate, type Order } from "@weightcast/core";
import { type Dataset, samples } from "@weightcast/datasets";
import { type Dictionary, dictionaries, type Fitting, type Matrix, rankOf, sizeOf } from "@weightcast/dictionary";
import { type HiddenLayer, mlp, type PredictableLayer } from "@weightcast/models";
import { stream } from "@weightcast/random";
import { buildConvolutional } from "./build-convolutional";
import { chooseAtoms } from "./choose-atoms";
import { imagesOf } from "./images";
import { InterruptedError } from "./interrupted";
import type { LayerSpec, RunSpec } from "./spec";

/** Images that the initial scale of V is set from. */
const calibrationImages = 500;

/** A dictionary was made. */
export interface DictionaryMade {
  /** Layer it is for, from 1: of the hidden ones, or of those of a network that can be predicted. */
  readonly layer: number;
  readonly name: string;
  readonly seconds: number;
}

/** A dictionary that is learned: how far it is. */
export interface FitProgress {
  /** Hidden layer it is for, from 1. */
  readonly layer: number;
  readonly name: string;
  readonly done: number;
  readonly of: number;
  readonly loss: number;
}

/** Options of {@link buildNetwork}. */
export interface BuildOptions {
  /** Order of the first layer's product: inputs first where x U is computed once for all images. @default "auto" */
  readonly first?: Order;
  /** Order of the product of a layer of a network. @default "auto" */
  readonly order?: (layer: PredictableLayer) => Order;
  readonly onDictionary?: (made: DictionaryMade) => void;
  /** How dictionaries that are learned are fitted. */
  readonly fitting?: Omit<Fitting, "onProgress">;
  readonly onFit?: (progress: FitProgress) => void;
  /**
   * Trains the last layer of a network, in place, before the one above it is built.
   * @param network the hidden layers so far
   */
  readonly pretrain?: (network: LayersModel) => Promise<void>;
}

/**
 * The network of a run, before training. Layers are built from the first on: a dictionary made from data sees what its layer
 * is given, the images or the activations of the layers below as they are by then, untrained or pre-trained; and V is scaled
 * from a batch of images (`calibrate`). Their dictionaries must be registered. A network is built as `buildConvolutional` says.
 */
export async function buildNetwork(spec: RunSpec, dataset: Dataset, options: BuildOptions = {}): Promise<LayersModel> {
  const {
    first = "auto",
    order = () => "auto",
    onDictionary = () => {},
    fitting,
    onFit = () => {},
    pretrain,
  } = options;
  const { shape, classes, train } = dataset;
  const given = imagesOf(spec, dataset);
  if (spec.network)
    return buildConvolutional(spec.network, dataset, { seed: spec.seed, images: given, order, onDictionary });
  const inputs = sizeOf(shape);
  const some = (limit: number) =>
    samples(train, { ...given.pixels, limit: Math.min(limit, train.count), seed: spec.seed });
  const [typical, images] = [some(calibrationImages), some(spec.data.samples)];
  /** The layers of `below`, and one more on top. */
  const grow = (below: LayersModel | undefined, hidden: readonly HiddenLayer[], outputs?: number) => {
    const { activation, seed } = spec;
    const model = mlp({ inputs, hidden, activation, seed, ...(outputs !== undefined && { classes: outputs }) });
    try {
      const old = below ? namesOf(below) : [];
      for (const name of old) model.getLayer(name).setWeights(below!.getLayer(name).getWeights());
      const layers = namesOf(model).filter((name) => !old.includes(name));
      for (const batch of typical()) tf.tidy(() => calibrate(model, tensorOf(batch), { layers }));
      return model;
    } catch (error) {
      model.dispose();
      throw error;
    }
  };

  const hidden: HiddenLayer[] = [];
  let below: LayersModel | undefined;
  try {
    for (const [index, layer] of spec.hidden.entries()) {
      const network = below;
      const givens: Givens = {
        domain: index === 0 ? shape : [spec.hidden[index - 1]!.units],
        samples: network ? () => activations(network, images()) : images,
        seed: stream(spec.seed, `dictionary/${index + 1}`).uint32(),
        order: index === 0 ? first : "auto",
        fitting: {
          ...fitting,
          onProgress: (progress) => {
            if (layer.weights === "factorized") onFit({ layer: index + 1, name: layer.dictionary, ...progress });
          },
        },
      };
      const started = performance.now();
      hidden.push(await hiddenLayer(layer, givens));
      if (layer.weights === "factorized")
        onDictionary({ layer: index + 1, name: layer.dictionary, seconds: (performance.now() - started) / 1000 });
      if (index + 1 === spec.hidden.length && !pretrain) break;
      const grown = grow(below, hidden);
      below?.dispose();
      below = grown;
      await pretrain?.(grown);
    }
    return grow(below, hidden, classes);
  } finally {
    below?.dispose();
  }
}

/** What a layer's dictionary may be made from. */
interface Givens {
  readonly domain: readonly number[];
  /** Samples of what the layer is given. */
  readonly samples: () => Iterable<Matrix>;
  /** For a dictionary whose atoms are random, where its options name no seed, and for the choice of atoms. */
  readonly seed: number;
  readonly order: Order;
  readonly fitting: Fitting;
}

async function hiddenLayer(layer: LayerSpec, givens: Givens): Promise<HiddenLayer> {
  const { domain, samples, seed, order } = givens;
  const { units } = layer;
  if (layer.weights === "dense") return { units };
  const inputs = sizeOf(domain);
  if (layer.weights === "low-rank") {
    const range = layer.start === "paper" ? { range: 0.1 } : {};
    return { units, weights: { kind: "low-rank", rank: lowRank(layer, inputs), ...range } };
  }
  const { proportion, columns, basis } = layer;
  const dictionary = await dictionaryFor(layer, givens);
  const rank = rankOf({ proportion }, inputs, dictionary.size);
  const selection = chooseAtoms(layer.selection, dictionary, { rank, columns, seed, samples });
  const from = { kind: "factorized", dictionary, rank, columns, selection, order } as const;
  return { units, weights: basis === undefined ? from : { ...from, basis } };
}

/** The inner dimension r at which r (n_v + n_h) is nearest to the proportion of n_v n_h. */
const lowRank = ({ units, proportion }: { units: number; proportion: number }, inputs: number): number =>
  Math.max(1, Math.round((proportion * inputs * units) / (inputs + units)));

async function dictionaryFor(
  { dictionary: name, options: given }: Extract<LayerSpec, { weights: "factorized" }>,
  { domain, samples: batches, seed, fitting }: Givens,
): Promise<Dictionary> {
  const module = dictionaries.get(name);
  const options = module.seeded ? { seed, ...given } : given;
  if (module.needs === "domain") return module.create({ domain }, options);
  try {
    return await module.create({ domain, batches }, options, fitting);
  } catch (error) {
    throw fitting.signal?.aborted ? new InterruptedError() : error;
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

/** Of the layers that have weights. */
const namesOf = ({ layers }: LayersModel): string[] =>
  layers.filter(({ weights }) => weights.length > 0).map(({ name }) => name);

const tensorOf = ({ rows, cols, data }: Matrix): tf.Tensor2D => tf.tensor2d(data, [rows, cols]);
