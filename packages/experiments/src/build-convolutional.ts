import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { calibrate, type Order } from "@weightcast/core";
import { type Dataset, samples } from "@weightcast/datasets";
import { type Dictionary, dictionaries, rankOf, sizeOf } from "@weightcast/dictionary";
import type { LayerWeights, PredictableLayer } from "@weightcast/models";
import { stream } from "@weightcast/random";
import { fromSamples } from "./check-needs";
import { chooseAtoms } from "./choose-atoms";
import type { Images } from "./images";
import type { NetworkLayerSpec, NetworkSpec } from "./network-spec";
import { networks } from "./networks";

/** Images that first weights are scaled from. */
const calibrationImages = 500;

/** What a convolutional network is built with. */
export interface ConvolutionalOptions {
  readonly seed: number;
  readonly images: Images;
  /** Order of a predicted layer's product. */
  readonly order: (layer: PredictableLayer) => Order;
  readonly onDictionary: (made: { readonly layer: number; readonly name: string; readonly seconds: number }) => void;
}

/**
 * A network of @weightcast/models, before training: dictionaries over the grids of its kernels, and every layer scaled so that
 * its pre-activations have variance 1 on a batch of images, dense and predicted layers alike.
 * @throws RangeError naming the layer whose dictionary can't be had
 */
export function buildConvolutional(
  { model: name, layers }: NetworkSpec,
  { classes, train }: Pick<Dataset, "classes" | "train">,
  { seed, images: { shape, pixels }, order, onDictionary }: ConvolutionalOptions,
): LayersModel {
  let number = 0;
  const weights = (layer: PredictableLayer): LayerWeights => {
    number++;
    const spec = layers[layer.name];
    if (!spec) return { kind: "dense" };
    const started = performance.now();
    const made = inLayer(layer, () => weightsOf(layer, spec, seed));
    onDictionary({ layer: number, name: spec.dictionary, seconds: (performance.now() - started) / 1000 });
    return { ...made, order: order(layer) };
  };
  const model = networks[name]({ input: shape, classes, weights, seed });
  try {
    const limit = Math.min(calibrationImages, train.count);
    for (const { rows, data } of samples(train, { ...pixels, limit, size: limit, seed })())
      tf.tidy(() => void calibrate(model, tf.tensor(data, [rows, ...shape]), { target: "unit" }));
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

function weightsOf({ name, kernel }: PredictableLayer, spec: NetworkLayerSpec, seed: number) {
  const { proportion, columns, basis } = spec;
  const drawn = stream(seed, `dictionary/${name}`).uint32();
  const dictionary = dictionaryOver(kernel, spec, drawn);
  const rank = rankOf({ proportion }, sizeOf(kernel), dictionary.size);
  const samples = (): never => {
    throw new RangeError(`selection ${spec.selection} needs samples of patches, which networks do not have yet`);
  };
  const selection = chooseAtoms(spec.selection, dictionary, { rank, columns, seed: drawn, samples });
  return { kind: "factorized", dictionary, rank, columns, selection, basis } as const;
}

function dictionaryOver(
  kernel: readonly number[],
  { dictionary: name, options: given }: NetworkLayerSpec,
  seed: number,
): Dictionary {
  const module = dictionaries.get(name);
  if (module.needs !== "domain") throw new RangeError(fromSamples(name));
  return module.create({ domain: kernel }, module.seeded ? { seed, ...given } : given);
}

/** What goes wrong with a layer's dictionary, with the layer's name and kernel. */
function inLayer<T>({ name, kernel }: PredictableLayer, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError)
      throw new RangeError(`layer ${name}, kernel ${kernel.join(" × ")}: ${error.message}`, { cause: error });
    throw error;
  }
}
