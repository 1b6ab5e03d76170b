import { layers, sequential } from "@tensorflow/tfjs-layers";
import { reconstruction } from "./reconstruction";
import type { BatchSource } from "./source";
import { type Decoder, TiedAutoencoder, weightsOfLayer } from "./tied-autoencoder";
import { type TrainResult, train } from "./train";
import type { TrainOptions } from "./train-options";

/** Options of {@link pretrain}: those of `train`, its loss being `reconstruction`. */
export interface PretrainOptions extends Omit<TrainOptions, "loss"> {
  /** s of x̂ = s(h Wᵀ): `sigmoid` for inputs in [0, 1], `linear` for any. @default "sigmoid" */
  readonly decoder?: Decoder;
  /**
   * Share of the inputs that are set to zero before they are encoded, in [0, 1), drawn anew for every update from
   * `seed`; the inputs to be reconstructed are whole (a denoising autoencoder, Vincent et al. 2008). @default 0
   */
  readonly corruption?: number;
}

/**
 * Trains one layer as an autoencoder with tied weights, in preparation of training the network it is in (greedy
 * layer-wise pre-training; the autoencoder of Denil et al. 2013, §3.3, without a bias of its own in the decoder):
 *
 *     h = g(x W + b),    x̂ = s(h Wᵀ),    L = 1/n Σ_i ½ ‖x̂_i − x_i‖²
 *
 * It is `train` of a model around the layer: stops, goes on, is compiled and tells as a training does. The layer's own
 * trainable weights change, once, at the end; in a layer with W = U V that is V, and U stays. For the layers above
 * take the source through the layers below, by `encoded`.
 *
 * @param layer built, and of y = g(x W + b): tf.layers' dense, or those of @weightcast/core
 * @param source its inputs [n_v] are what the layer takes; its labels play no part
 * @returns as `train`; the evaluations' `error` is NaN
 * @throws TypeError for another layer, or one that is not built or has nothing to train
 * @throws RangeError for options out of range, or a source that does not fit; and as `train` does
 */
export async function pretrain(
  layer: layers.Layer,
  source: BatchSource,
  { decoder = "sigmoid", corruption = 0, ...options }: PretrainOptions,
): Promise<TrainResult> {
  if (decoder !== "sigmoid" && decoder !== "linear")
    throw new RangeError(`pretrain: decoder must be "sigmoid" or "linear"; got ${JSON.stringify(decoder)}`);
  if (!(corruption >= 0 && corruption < 1))
    throw new RangeError(`pretrain: corruption must be in [0, 1); got ${corruption}`);
  const { checkpoint } = options;
  const model = autoencoderOf(layer, decoder, corruption);
  try {
    return await train(model, source, {
      ...options,
      loss: reconstruction,
      ...(checkpoint && {
        checkpoint: { ...checkpoint, meta: { decoder, corruption, meta: checkpoint.meta ?? null } },
      }),
    });
  } finally {
    model.dispose();
  }
}

/** x → x̂, [n_v] → [n_v]. */
function autoencoderOf(layer: layers.Layer, decoder: Decoder, corruption: number) {
  const who = `layer "${layer.name}" (${layer.getClassName()})`;
  if (!layer.built) throw new TypeError(`pretrain: ${who} is not built yet; put it into a model with an input first`);
  const weights = weightsOfLayer(layer);
  if (!weights)
    throw new TypeError(
      `pretrain: the layer must be g(x W + b), such as dense, factorizedDense or lowRankDense; got ${who}`,
    );
  if (layer.trainableWeights.length === 0)
    throw new TypeError(`pretrain: ${who} has nothing to train; make it trainable`);
  const matrix = weights();
  const [inputs] = matrix.shape;
  matrix.dispose();
  return sequential({
    layers: [
      layers.dropout({ rate: corruption, inputShape: [inputs] }),
      new TiedAutoencoder(layer, weights, decoder, corruption),
    ],
  });
}
