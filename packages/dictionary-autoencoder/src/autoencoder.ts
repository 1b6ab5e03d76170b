import * as tf from "@tensorflow/tfjs-core";
import { initializers, layers, sequential } from "@tensorflow/tfjs-layers";
import {
  checkDomain,
  checkOptions,
  type Dictionary,
  type Fitting,
  type Json,
  type Matrix,
  type SamplesModule,
  type SamplesSource,
  sizeOf,
} from "@weightcast/dictionary";
import { stream } from "@weightcast/random";
import { constant, pretrain, sgd, type TrainingEvent } from "@weightcast/training";
import { type AutoencoderRecipe, resolved } from "./autoencoder-options";
import { learnedDictionary } from "./learned";
import { readSamples, sourceOf } from "./sample-rows";

/** How far a fit has come: after each epoch. */
export interface AutoencoderProgress {
  /** Epochs done, from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Mean over the samples of ½ ‖x̂ − x‖², during the epoch. */
  readonly loss: number;
  /** The same after the epoch, of the samples held out, uncorrupted, if any are. */
  readonly heldOutLoss?: number;
  /** Expected until the last epoch's end. */
  readonly secondsLeft: number;
}

export interface AutoencoderOptions extends AutoencoderRecipe, Omit<Fitting, "onProgress"> {
  /** Hears of every epoch; what it throws ends the fit. */
  readonly onProgress?: (progress: AutoencoderProgress) => void;
}

/**
 * The features of an autoencoder as atoms: the AE of Denil et al. (2013, §4.1), a hidden layer whose decoder is its
 * transpose, without a bias of its own:
 *
 *   h = g(x W + b),  x̂ = s(h Wᵀ),  L = 1/n Σ_i ½ ‖x̂_i − x_i‖²,  U = W
 *
 * by stochastic gradient descent with momentum. Atom j is column j of W, the weights of hidden unit j. There may be more
 * atoms than inputs. All samples are held in memory.
 *
 * @param source samples x, in [0, 1] (pixels, activations of sigmoid units) unless the decoder is linear
 * @throws RangeError if the domain, an option or the samples are wrong
 * @throws Error with name `AbortError` if the signal is aborted; TrainingError `DIVERGED` if the rate is too high
 */
export async function fitAutoencoder(source: SamplesSource, options: AutoencoderOptions = {}): Promise<Dictionary> {
  const inputs = sizeOf(checkDomain("autoencoder", source.domain));
  const { execution = "auto", threads, onProgress, signal } = options;
  const recipe = resolved(options, inputs);
  const { size, epochs, batchSize, rate, momentum, activation, decoder, corruption, holdOut, patience, seed } = recipe;

  const samples = readSamples("autoencoder", source, inputs, decoder === "sigmoid");
  const order = stream(seed, "hold-out").permutation(samples.count);
  const held = holdOut === 0 ? 0 : Math.max(1, Math.round(holdOut * samples.count));
  if (samples.count - held < 1)
    throw new RangeError(
      `autoencoder: samples must number at least ${held + 1}, ${held} of them held out; got ${samples.count}`,
    );
  const heldOut = held > 0 && sourceOf(samples, { indices: order.subarray(0, held), batchSize });

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
      console.warn(`autoencoder: is trained eagerly, several times slower than compiled. ${event.reason}`);
    if (event.type === "step") secondsLeft = event.secondsLeft;
    if (event.type !== "epoch") return;
    done = event.epoch;
    const { loss, evaluation } = event;
    onProgress?.({ epoch: done, epochs, loss, ...(evaluation && { heldOutLoss: evaluation.loss }), secondsLeft });
  };
  try {
    start(layer, inputs, size, seed);
    const { status } = await pretrain(layer, sourceOf(samples, { indices: order.subarray(held), batchSize, seed }), {
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
        new Error(`autoencoder: interrupted by its signal after ${done} of ${epochs} epochs; nothing is kept`, {
          cause: signal?.reason,
        }),
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
 * W drawn normal, with a tenth of a Glorot-initialized layer's deviation; b is zero. What a unit begins with, it keeps:
 * of 784-pixel digits (3000, 5 epochs, 1000 atoms), 39 atoms leave out 29% of the energy with a tenth, 61% with the
 * whole deviation, and 85% with four times as much, which reconstructs best.
 */
function start(layer: layers.Layer, inputs: number, size: number, seed: number): void {
  const { normal } = stream(seed, "weights");
  const deviation = 0.1 * Math.sqrt(2 / (inputs + size));
  tf.tidy(() => {
    const values = Float32Array.from({ length: inputs * size }, () => deviation * normal());
    layer.setWeights([tf.tensor2d(values, [inputs, size]), tf.zeros([size])]);
  });
}

/** `fitAutoencoder` for registries and the command line. */
export const autoencoderModule: SamplesModule = {
  name: "autoencoder",
  summary: "Features of a tied autoencoder trained on the samples (AE)",
  needs: "samples",
  seeded: true,
  create: (source, options, fitting) => fitAutoencoder(source, withFitting(options, fitting)),
};

function withFitting(options: Json | undefined, { onProgress, ...fitting }: Fitting = {}): AutoencoderOptions {
  return {
    ...checkOptions("autoencoder", options, recipeNames),
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
