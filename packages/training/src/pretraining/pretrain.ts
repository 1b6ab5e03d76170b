import { layers, sequential } from "@tensorflow/tfjs-layers";
import type { BatchSource } from "@weightcast/types";
import { shown } from "../arguments/shown";
import { checkName } from "../error";
import type { TrainOptions } from "../loop/options";
import { type TrainResult, train } from "../loop/train";
import { reconstruction } from "./reconstruction";
import { type Decoder, TiedAutoencoder, weightMatrixOf } from "./tied-autoencoder";

/** Options of {@link pretrain}: those of `train`, except the loss, which is `reconstruction`. */
export interface PretrainOptions extends Omit<TrainOptions, "loss"> {
  /** s of x̂ = s(h Wᵀ): `sigmoid` for inputs in [0, 1], `linear` for any. @default "sigmoid" */
  readonly decoder?: Decoder;
  /**
   * Share of the inputs that are set to zero before they are encoded, in [0, 1), chosen at random for each update, from
   * `seed`. The reconstruction is compared with the uncorrupted inputs (a denoising autoencoder, Vincent et al. 2008).
   * @default 0
   */
  readonly corruption?: number;
}

/**
 * Trains one layer as an autoencoder with tied weights, before the network that contains it is trained (greedy
 * layer-wise pre-training; the autoencoder of Denil et al. 2013, §3.3, without a bias in the decoder):
 *
 *     h = g(x W + b),    x̂ = s(h Wᵀ),    L = 1/n Σ_i ½ ‖x̂_i − x_i‖²
 *
 * It is `train` of a model around the layer, so it stops, resumes, is compiled and emits events in the same way. The
 * layer's trainable weights change once, at the end; in a layer with W = U V only V changes, and U stays. For a higher
 * layer, pass the source through the layers below it first, with `encoded`.
 *
 * @param layer built, and of the form y = g(x W + b): tf.layers' dense, or a layer of @weightcast/core
 * @param source whose inputs [n_v] are those of the layer; its labels are ignored
 * @returns the same as `train`; the evaluations' `error` is NaN
 * @throws TypeError if the layer has another form, is not built or has nothing to train
 * @throws RangeError if an option is out of range or the source does not fit; and as `train` does
 */
export async function pretrain(layer: layers.Layer, source: BatchSource, given: PretrainOptions): Promise<TrainResult> {
  const { decoder = "sigmoid", corruption = 0, ...options } = Object(given) as PretrainOptions;
  checkName("pretrain: decoder", decoder, ["sigmoid", "linear"]);
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

/** Model x → x̂, [n_v] → [n_v]. */
function autoencoderOf(layer: layers.Layer, decoder: Decoder, corruption: number) {
  if (typeof Object(layer).getClassName !== "function")
    throw new TypeError(`pretrain: the layer must be a layer of TensorFlow.js, such as dense; got ${shown(layer)}`);
  const who = `layer "${layer.name}" (${layer.getClassName()})`;
  if (!layer.built) throw new TypeError(`pretrain: ${who} is not built yet; put it into a model with an input first`);
  const weightMatrix = weightMatrixOf(layer);
  if (!weightMatrix)
    throw new TypeError(
      `pretrain: the layer must be g(x W + b), such as dense, factorizedDense or lowRankDense; got ${who}`,
    );
  if (layer.trainableWeights.length === 0)
    throw new TypeError(`pretrain: ${who} has nothing to train; make it trainable`);
  const matrix = weightMatrix();
  const [inputs] = matrix.shape;
  matrix.dispose();
  return sequential({
    layers: [
      layers.dropout({ rate: corruption, inputShape: [inputs] }),
      new TiedAutoencoder(layer, weightMatrix, decoder, corruption),
    ],
  });
}
