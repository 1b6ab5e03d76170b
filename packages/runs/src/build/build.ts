import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { calibrate, type FactorizedDense, layerBelow, type Order } from "@weightcast/core";
import type { Fitting } from "@weightcast/dictionary";
import { assemble, type LayerWeights, type PredictableLayer, predictable } from "@weightcast/models";
import type { Plan } from "@weightcast/models/plans";
import { stream } from "@weightcast/random";
import { canPretrain, layerUnder, planOf, type RunSpec } from "../spec";
import { layerInputs } from "./layer-inputs";
import { weightsOf } from "./layer-weights";
import type { RunData } from "./run-data";

/** Images that the initial scale of the weights is set from. */
const calibrationImages = 500;

/** Fewest images that samples of maps are taken from, however many channels give a sample each. */
const fewestImages = 500;

/** A dictionary was made. */
export interface DictionaryMade {
  /** Name of its layer. */
  readonly layer: string;
  /** Name of the dictionary. */
  readonly name: string;
  readonly seconds: number;
}

/** Progress of fitting a learned dictionary. */
export interface FitProgress {
  /** Name of its layer. */
  readonly layer: string;
  /** Name of the dictionary. */
  readonly name: string;
  readonly done: number;
  readonly of: number;
  readonly loss: number;
}

/** Options of {@link buildNetwork}. */
export interface BuildOptions {
  /** Order of a predicted layer's product. @default "auto" for all */
  readonly order?: (layer: PredictableLayer) => Order;
  /** Called after each dictionary was made. */
  readonly onDictionary?: (made: DictionaryMade) => void;
  /** How learned dictionaries are fitted. */
  readonly fitting?: Omit<Fitting, "onProgress">;
  readonly onFit?: (progress: FitProgress) => void;
  /** Teacher of the run, whose filters dictionaries may take. */
  readonly teacher?: LayersModel;
  /**
   * Trains a layer of the network so far, in place, before the layers above it are built. Called for every layer that can be
   * pre-trained, from the first on; without `keepsWeights`, not for the last.
   */
  readonly pretrain?: (network: LayersModel, layer: string) => Promise<void>;
  /** Whether the network keeps the weights of `pretrain`, and not only the dictionaries that were made with them. @default true */
  readonly keepsWeights?: boolean;
}

/**
 * Network of a run, before training. Layers are built from the first on: a dictionary made from data sees the layer's inputs,
 * which are the images or the activations of the layers below as they are by then, untrained or pre-trained; and initial
 * weights are scaled from a batch of images (`calibrate`) as the plan says. The dictionaries must be registered.
 * @throws RangeError naming the layer, if its dictionary or its atoms can't be made
 * @throws InterruptedError once the signal of `fitting` is aborted
 */
export async function buildNetwork(
  spec: Pick<RunSpec, "network" | "data" | "seed">,
  data: Pick<RunData, "shape" | "classes" | "samples">,
  options: BuildOptions = {},
): Promise<LayersModel> {
  const { order = () => "auto", onDictionary = () => {}, fitting, onFit = () => {}, teacher } = options;
  const { pretrain, keepsWeights = true } = options;
  const { seed } = spec;
  const plan = planOf(spec.network, data);
  const layers = predictable(plan).map((layer) => layerUnder(layer, spec.network.layers[layer.name]));
  const weights: Record<string, LayerWeights> = {};
  /** The network so far: the layers whose weights are known, scaled and perhaps pre-trained. */
  let network: LayersModel | undefined;

  /** Scales layers from typical images, as the plan says. */
  const scale = (some: LayersModel, names: readonly string[]) => {
    for (const { rows, data: values } of data.samples(calibrationImages))
      tf.tidy(
        () => void calibrate(some, tf.tensor(values, [rows, ...plan.input]), { layers: names, target: plan.start }),
      );
  };

  /** Extends the network to the layers before `until`, or to the whole, keeping the weights that it has. */
  const grow = (until?: string) => {
    const grown = assemble(plan, { weights, seed, ...(until !== undefined && { until }) });
    try {
      const known = network ? weighted(network) : [];
      for (const name of known) grown.getLayer(name).setWeights(network!.getLayer(name).getWeights());
      scale(
        grown,
        weighted(grown).filter((name) => !known.includes(name)),
      );
    } catch (error) {
      grown.dispose();
      throw error;
    }
    network?.dispose();
    network = grown;
  };

  try {
    for (const [index, layer] of layers.entries()) {
      const { name } = layer;
      const predicted = spec.network.layers[name];
      if (predicted) {
        const dictionary = predicted.weights === "factorized" ? predicted.dictionary : undefined;
        let below: LayersModel | undefined;
        const inputs = () => {
          // Only the first part of a plan takes the images as they are: a network may pad or drop them before its first layer.
          if (!isFirst(plan, name) && !below) {
            grow(name);
            below = network;
          }
          return layerInputs(layer, data.samples(imagesFor(layer, spec.data.samples)), {
            below,
            shape: plan.input,
            seed,
          });
        };
        const started = performance.now();
        weights[name] = await weightsOf(layer, predicted, {
          samples: inputs,
          below() {
            const before = layers[index - 1];
            if (!before) return undefined;
            grow(name);
            return layerBelow(network!.getLayer(before.name) as FactorizedDense);
          },
          seed: stream(seed, `dictionary/${streamName(name)}`).uint32(),
          order: order(layer),
          teacher,
          fitting: {
            ...fitting,
            onProgress: (progress) => dictionary !== undefined && onFit({ layer: name, name: dictionary, ...progress }),
          },
        });
        if (dictionary !== undefined)
          onDictionary({ layer: name, name: dictionary, seconds: (performance.now() - started) / 1000 });
      }
      // Above the last layer, no dictionary is made: only its weights would remain.
      const matters = keepsWeights || index < layers.length - 1;
      if (pretrain && matters && canPretrain(layer, predicted?.weights)) {
        grow(layers[index + 1]?.name ?? "logits");
        await pretrain(network!, name);
        // As an autoencoder a layer loses the scale that networks of unit variance need to learn.
        if (plan.start === "unit") scale(network!, [name]);
      }
    }
    if (!keepsWeights) {
      network?.dispose();
      network = undefined;
    }
    grow();
    const whole = network!;
    network = undefined;
    return whole;
  } finally {
    network?.dispose();
  }
}

/** Images to take samples from: as many as give the number of samples asked for, each channel of a map being one. */
const imagesFor = ({ channels }: PredictableLayer, count: number): number =>
  channels === 1 ? count : Math.max(Math.min(count, fewestImages), Math.ceil(count / channels));

/** Whether a layer is the first part of a plan, so that its inputs are the images themselves. */
const isFirst = ({ parts }: Plan, layer: string): boolean => {
  const [first] = parts;
  return first !== undefined && "name" in first && first.name === layer;
};

/** Recorded runs drew the dictionaries of a perceptron's layers by number. */
const streamName = (layer: string): string => layer.replace(/^hidden_/, "");

/** Names of the layers that have weights. */
const weighted = ({ layers }: LayersModel): string[] =>
  layers.filter(({ weights }) => weights.length > 0).map(({ name }) => name);
