import * as tf from "@tensorflow/tfjs-core";
import { initializers, layers, sequential } from "@tensorflow/tfjs-layers";
import {
  checkDomain,
  checkOptions,
  type Dictionary,
  type Fitting,
  type SamplesModule,
  type SamplesSource,
} from "@weightcast/dictionary";
import { stream } from "@weightcast/random";
import { constant, pretrain, sgd, type TrainingEvent } from "@weightcast/training";
import { type Json, type Matrix, sizeOf } from "@weightcast/types";
import { type AutoencoderRecipe, resolveRecipe } from "./autoencoder-options";
import { learnedDictionary } from "./learned";
import { readSamples, sourceOf } from "./sample-rows";

/** Progress of a fit after an epoch. */
export interface AutoencoderProgress {
  /** Epochs done, from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Mean of ½ ‖x̂ − x‖² over the samples, during the epoch. */
  readonly loss: number;
  /** The same over the held-out samples, uncorrupted, after the epoch; absent without held-out samples. */
  readonly heldOutLoss?: number;
  /** Expected time until the end of the last epoch. */
  readonly secondsLeft: number;
}

/** Options of {@link fitAutoencoder}. */
export interface AutoencoderOptions extends AutoencoderRecipe, Omit<Fitting, "onProgress"> {
  /** Called after every epoch; if it throws, the fit stops. */
  readonly onProgress?: (progress: AutoencoderProgress) => void;
}

/**
 * Dictionary whose atoms are the features of an autoencoder: the AE of Denil et al. (2013, §4.1), a hidden layer whose
 * decoder is its transpose, without a bias in the decoder:
 *
 *   h = g(x W + b),  x̂ = s(h Wᵀ),  L = 1/n Σ_i ½ ‖x̂_i − x_i‖²,  U = W
 *
 * trained by stochastic gradient descent with momentum. Atom j is column j of W, the weights of hidden unit j. There may
 * be more atoms than inputs. All samples are kept in memory.
 *
 * @param source samples x; in [0, 1] (pixels, activations of sigmoid units) unless the decoder is linear
 * @throws RangeError if the domain, an option or the samples are invalid
 * @throws Error with name `AbortError` if the signal is aborted; TrainingError `DIVERGED` if the rate is too high
 */
export async function fitAutoencoder(source: SamplesSource, options: AutoencoderOptions = {}): Promise<Dictionary> {
  const inputs = sizeOf(checkDomain("autoencoder", source.domain));
  const {
    execution = "auto",
    threads,
    onProgress,
    signal,
  } = checkOptions<AutoencoderOptions>("autoencoder", options, recipeNames, [
    "execution",
    "threads",
    "onProgress",
    "signal",
  ]);
  const recipe = resolveRecipe(options, inputs);
  const { size, epochs, batchSize, rate, momentum, activation, decoder, corruption, holdOut, patience, seed } = recipe;

  const samples = readSamples("autoencoder", source, inputs, decoder === "sigmoid");
  const order = stream(seed, "hold-out").permutation(samples.count);
  const heldOutCount = holdOut === 0 ? 0 : Math.max(1, Math.round(holdOut * samples.count));
  if (samples.count - heldOutCount < 1)
    throw new RangeError(
      `autoencoder: samples must number at least ${heldOutCount + 1}, ${heldOutCount} of them held out; got ${samples.count}`,
    );
  const heldOut = heldOutCount > 0 && sourceOf(samples, { indices: order.subarray(0, heldOutCount), batchSize });
  const trained = sourceOf(samples, { indices: order.subarray(heldOutCount), batchSize, seed });

  const layer = layers.dense({
    units: size,
    activation,
    inputShape: [inputs],
    kernelInitializer: initializers.zeros(),
  });
  const model = sequential({ layers: [layer] });
  let [done, secondsLeft] = [0, 0];
  const onEvent = (event: TrainingEvent) => {
    if (event.type === "execution" && event.reason)
      console.warn(`autoencoder: trains eagerly, several times slower than compiled. ${event.reason}`);
    if (event.type === "step") secondsLeft = event.secondsLeft;
    if (event.type !== "epoch") return;
    done = event.epoch;
    const { loss, evaluation } = event;
    onProgress?.({ epoch: done, epochs, loss, ...(evaluation && { heldOutLoss: evaluation.loss }), secondsLeft });
  };
  try {
    initialize(layer, inputs, size, seed);
    const { status } = await pretrain(layer, trained, {
      epochs,
      optimizer: sgd({ momentum }),
      schedule: constant(rate),
      decoder,
      corruption,
      seed,
      execution,
      onEvent,
      ...(threads !== undefined && { compile: { threads } }),
      ...(signal && { signal }),
      ...(heldOut && { evaluation: { source: heldOut } }),
      ...(patience !== undefined && { patience }),
    });
    if (status === "interrupted")
      throw Object.assign(
        new Error(
          `autoencoder: interrupted by its signal after ${done} of ${epochs} epochs; no dictionary is returned`,
          {
            cause: signal?.reason,
          },
        ),
        { name: "AbortError" },
      );
    const features: Matrix = { rows: inputs, cols: size, data: (await kernelOf(layer).data<"float32">()).slice() };
    return learnedDictionary(features, {
      name: "autoencoder",
      domain: source.domain,
      options: { ...recipe },
      orthonormal: false,
    });
  } finally {
    model.dispose();
  }
}

const kernelOf = (layer: layers.Layer): tf.Tensor => layer.getWeights()[0]!;

/**
 * Initializes W from a normal distribution with a tenth of Glorot's standard deviation, and b with zero. A unit retains
 * its initial weights: for 3000 digits of 784 pixels (5 epochs, 1000 atoms), 39 atoms leave out 29% of the energy with a
 * tenth of the deviation, 61% with the full one, and 85% with four times as much, which reconstructs best.
 */
function initialize(layer: layers.Layer, inputs: number, size: number, seed: number): void {
  const { normal } = stream(seed, "weights");
  const deviation = 0.1 * Math.sqrt(2 / (inputs + size));
  tf.tidy(() => {
    const values = Float32Array.from({ length: inputs * size }, () => deviation * normal());
    layer.setWeights([tf.tensor2d(values, [inputs, size]), tf.zeros([size])]);
  });
}

/** Module of `fitAutoencoder`, for registries and the command line. */
export const autoencoderModule: SamplesModule = {
  name: "autoencoder",
  summary: "Features of a tied autoencoder trained on the samples (AE)",
  needs: "samples",
  seeded: true,
  traits: { orthonormal: false, independent: true, ordered: false, learned: true },
  create: (source, options, fitting) => fitAutoencoder(source, withFitting(options, fitting)),
};

function withFitting(options: Json | undefined, { onProgress, ...fitting }: Fitting = {}): AutoencoderOptions {
  return {
    ...checkOptions<AutoencoderRecipe>("autoencoder", options, recipeNames),
    ...fitting,
    ...(onProgress && { onProgress: ({ epoch, epochs, loss }) => onProgress({ done: epoch, of: epochs, loss }) }),
  };
}

const recipeNames: readonly (keyof AutoencoderRecipe)[] = [
  "size",
  "epochs",
  "batchSize",
  "rate",
  "momentum",
  "activation",
  "decoder",
  "corruption",
  "holdOut",
  "patience",
  "seed",
];
