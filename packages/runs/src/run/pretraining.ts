import { type LayersModel, model, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import {
  type BatchSource,
  type CheckpointStorage,
  cosine,
  encoded,
  pretrain,
  sgd,
  type TrainOptions,
} from "@weightcast/training";
import type { RunSource } from "../build/run-data";
import { InterruptedError } from "../interrupted";
import type { RunSpec } from "../spec";

/** Event of a layer's pre-training: an epoch ended. */
export interface PretrainingEpoch {
  /** Name of the layer. */
  readonly layer: string;
  readonly epoch: number;
  readonly epochs: number;
  /** Mean reconstruction error of the epoch. */
  readonly loss: number;
}

/** Context of pre-training: everything it needs besides the specification. */
export interface PretrainingContext extends Pick<TrainOptions, "execution" | "compile" | "signal"> {
  /** Identity of the run. */
  readonly id: string;
  /** Storage for the state of a layer's pre-training. */
  readonly storage: (layer: string) => CheckpointStorage;
  /** Updates from one checkpoint to the next. */
  readonly every: number;
  readonly onEpoch: (event: PretrainingEpoch) => void;
  /** Called when the updates of a layer begin and end. */
  readonly onTraining?: (isTraining: boolean) => void;
}

/** Pre-training of a network, one layer per call. */
export interface Pretrainer {
  /** Trains a layer of the network so far, in place. */
  readonly next: (network: LayersModel, layer: string) => Promise<void>;
  /** Seconds that it took before it was interrupted, if it was. */
  readonly earlier: () => number;
}

/**
 * Greedy layer-wise pre-training (Denil et al. 2013, §2.3): `next` trains a fully connected layer as an autoencoder of its
 * inputs, which the layers below it compute from the images. Call it for each layer from the first on.
 * @throws from `next`, as `pretrain` does; the error's `layer` names the layer
 * @returns undefined if the specification has no pre-training
 */
export function pretrainer(
  { network: { activation }, data, pretraining, training, seed }: RunSpec,
  examples: RunSource,
  { id, storage, every, onEpoch, onTraining = () => {}, ...options }: PretrainingContext,
): Pretrainer | undefined {
  if (!pretraining) return undefined;
  const images = examples as BatchSource; // a table has no pre-training
  const { epochs, rate, momentum, corruption } = pretraining;
  let earlier = 0;
  const next = async (network: LayersModel, name: string) => {
    const layer = network.getLayer(name);
    const taken = layer.input as SymbolicTensor;
    const isFirst = taken.name === network.inputs[0]!.name;
    const source = isFirst ? images : await encoded(images, model({ inputs: network.inputs, outputs: taken }));
    const started = performance.now();
    const trained = await pretrain(layer, source, {
      ...options,
      epochs,
      corruption,
      // Pixels and sigmoid units lie in [0, 1], as the outputs of a sigmoid decoder do; other inputs do not.
      decoder: (isFirst ? !data.standardize : activation === "sigmoid") ? "sigmoid" : "linear",
      seed,
      optimizer: sgd({ momentum }),
      schedule: cosine(rate, epochs * source.batchesPerEpoch),
      weightDecay: training.weightDecay,
      checkpoint: { storage: storage(name), every, meta: { run: id, layer: name } },
      onEvent(event) {
        if (event.type === "start") onTraining(true);
        if (event.type === "epoch") onEpoch({ layer: name, epoch: event.epoch, epochs, loss: event.loss });
      },
    }).catch((error: unknown) => {
      throw error instanceof Error ? Object.assign(error, { layer: name }) : error;
    });
    onTraining(false);
    if (trained.status === "interrupted") throw new InterruptedError();
    earlier += Math.max(0, trained.seconds - (performance.now() - started) / 1000);
  };
  return { next, earlier: () => earlier };
}
