import type { LayersModel } from "@tensorflow/tfjs-layers";
import {
  type BatchSource,
  type CheckpointStorage,
  cosine,
  encoded,
  pretrain,
  sgd,
  type TrainOptions,
} from "@weightcast/training";
import { InterruptedError } from "./interrupted";
import type { RunSpec } from "./spec";

/** What happens while a hidden layer is pre-trained: an epoch ended. */
export interface PretrainingEpoch {
  /** From 1. */
  readonly layer: number;
  readonly epoch: number;
  readonly epochs: number;
  /** Mean reconstruction error of the epoch. */
  readonly loss: number;
}

/** What pre-training is given besides the specification. */
export interface PretrainingSurroundings extends Pick<TrainOptions, "execution" | "compile" | "signal"> {
  /** `identityOf` the run. */
  readonly id: string;
  /** For the state of a layer's pre-training. */
  readonly storage: (layer: number) => CheckpointStorage;
  /** Updates from one checkpoint to the next. */
  readonly every: number;
  readonly onEpoch: (event: PretrainingEpoch) => void;
}

/** Pre-trains a network, a layer a call. */
export interface Pretrainer {
  /** Trains the last layer of the network so far, in place. */
  readonly next: (network: LayersModel) => Promise<void>;
  /** Seconds it took in earlier sittings, where it was interrupted. */
  readonly earlier: () => number;
}

/**
 * Greedy layer-wise pre-training (Denil et al. 2013, §2.3): `next` trains the last layer of the network it is given as an
 * autoencoder of what the layers below make of the images. Call it once for each hidden layer, from the first on.
 * @throws from `next`, as `pretrain` does; the error's `layer` says which one it was
 * @returns undefined where the specification has none
 */
export function pretrainer(
  { activation, data, hidden, pretraining, training, seed }: RunSpec,
  images: BatchSource,
  { id, storage, every, onEpoch, ...options }: PretrainingSurroundings,
): Pretrainer | undefined {
  if (!pretraining) return undefined;
  const { epochs, rate, momentum, corruption } = pretraining;
  let input = images;
  let layers = 0;
  let earlier = 0;
  const next = async (network: LayersModel) => {
    const number = ++layers;
    const layer = network.layers.at(-1)!;
    const started = performance.now();
    const trained = await pretrain(layer, input, {
      ...options,
      epochs,
      corruption,
      // Pixels and sigmoid units lie in [0, 1], as a sigmoid decoder's answers do; other inputs do not.
      decoder: (number === 1 ? !data.standardize : activation === "sigmoid") ? "sigmoid" : "linear",
      seed,
      optimizer: sgd({ momentum }),
      schedule: cosine(rate, epochs * input.batchesPerEpoch),
      weightDecay: training.weightDecay,
      checkpoint: { storage: storage(number), every, meta: { run: id, layer: number } },
      onEvent: (event) =>
        event.type === "epoch" && onEpoch({ layer: number, epoch: event.epoch, epochs, loss: event.loss }),
    }).catch((error: unknown) => {
      throw inLayer(error, number);
    });
    if (trained.status === "interrupted") throw new InterruptedError();
    earlier += Math.max(0, trained.seconds - (performance.now() - started) / 1000);
    if (number < hidden.length) input = await encoded(input, layer);
  };
  return { next, earlier: () => earlier };
}

/** The error, with the layer it was met in. */
const inLayer = (error: unknown, layer: number): unknown =>
  error instanceof Error ? Object.assign(error, { layer }) : error;
