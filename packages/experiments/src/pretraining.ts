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
  /** For the state of a layer's pre-training. */
  readonly storage: (layer: number) => CheckpointStorage;
  /** Updates from one checkpoint to the next. */
  readonly every: number;
  readonly onEpoch: (event: PretrainingEpoch) => void;
}

/**
 * Greedy layer-wise pre-training (Denil et al. 2013, §2.3): each call trains the last layer of the network it is given as an
 * autoencoder of what the layers below make of the images. Call it once for each hidden layer, from the first on.
 * @returns undefined where the specification has none
 */
export function pretrainer(
  { pretraining, training, seed }: RunSpec,
  images: BatchSource,
  { storage, every, onEpoch, ...options }: PretrainingSurroundings,
): ((network: LayersModel) => Promise<void>) | undefined {
  if (!pretraining) return undefined;
  const { epochs, rate, momentum, corruption } = pretraining;
  let input = images;
  let layers = 0;
  return async (network) => {
    const number = ++layers;
    const layer = network.layers.at(-1)!;
    const { status } = await pretrain(layer, input, {
      ...options,
      epochs,
      corruption,
      seed,
      optimizer: sgd({ momentum }),
      schedule: cosine(rate, epochs * input.batchesPerEpoch),
      weightDecay: training.weightDecay,
      checkpoint: { storage: storage(number), every, meta: { layer: number } },
      onEvent: (event) =>
        event.type === "epoch" && onEpoch({ layer: number, epoch: event.epoch, epochs, loss: event.loss }),
    });
    if (status === "interrupted") throw new InterruptedError();
    input = await encoded(input, layer);
  };
}
