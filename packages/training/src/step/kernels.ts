import type * as tfl from "@tensorflow/tfjs-layers";
import { leavesOf } from "@weightcast/core";
import { allButLast } from "./column-norm";
import { type OpenVariable, roleOf, trainableVariables, weightOwners } from "./variables";

/** Axes along which the columns of a layer's kernels lie, by the kernel's name. */
type Kernels = { readonly [weight: string]: readonly number[] };

/** Kernel whose columns, the incoming weights of one output, lie along all axes except the last. */
const plain = (rank: number): Kernels => ({ kernel: allButLast(rank) });
const recurrent = (rank: number): Kernels => ({ kernel: allButLast(rank), recurrent_kernel: allButLast(rank) });
/** V [J, n_α·C′, n_h / J] of W = U V. */
const factorized: Kernels = { coefficients: [1] };

/**
 * Kernels of every kind of layer with weights: those of tf.layers, and of @weightcast/core. Every other weight is none:
 * biases, the scales and shifts of normalizations, the slopes of PReLU, and embeddings, whose rows are looked up and not
 * summed.
 */
const kernelsByClass: { readonly [className: string]: Kernels } = {
  Dense: plain(2), // [inputs, outputs]
  Conv1D: plain(3), // [width, inputs, outputs]
  Conv2D: plain(4), // [height, width, inputs, outputs]
  Conv3D: plain(5), // [depth, height, width, inputs, outputs]
  Conv2DTranspose: { kernel: [0, 1, 3] }, // [height, width, outputs, inputs]
  Conv3DTranspose: { kernel: [0, 1, 2, 4] }, // [depth, height, width, outputs, inputs]
  DepthwiseConv2D: { depthwise_kernel: [0, 1] }, // [height, width, channels, multiplier]: each channel has its own outputs
  SeparableConv2D: { depthwise_kernel: [0, 1], pointwise_kernel: [0, 1, 2] },
  SimpleRNNCell: recurrent(2), // [inputs, units] and [units, units]
  GRUCell: recurrent(2), // with the outputs of all gates side by side
  LSTMCell: recurrent(2),
  ConvLSTM2DCell: recurrent(4),
  BatchNormalization: {},
  LayerNormalization: {},
  PReLU: {},
  Embedding: {},
  FactorizedDense: factorized,
  FactorizedConv1D: factorized,
  FactorizedConv2D: factorized,
  FactorizedDepthwiseConv2D: factorized,
  AdaptedLayer: { coefficients: [0], left: [0], right: [0], kernel: [0] }, // what is added to W: all are matrices
  LowRankDense: { left: [0], right: [0] }, // [inputs, rank] and [rank, outputs]
};

/**
 * Axes along which the columns of a model's trainable weights lie, in the order of `model.trainableWeights`: undefined
 * for weights that are no kernels, to which neither weight decay nor a limit of column norms applies. Decided by the
 * kind of layer and the weight's name in it; in layers of other packages, weights of rank 2 and more count as kernels
 * with their outputs along the last axis.
 */
export function columnAxes(model: tfl.LayersModel): readonly (readonly number[] | undefined)[] {
  const axes = new Map<OpenVariable, readonly number[] | undefined>();
  for (const owner of leavesOf(model).flatMap(weightOwners)) {
    const known = kernelsByClass[owner.getClassName()];
    for (const weight of owner.weights as unknown as readonly OpenVariable[]) {
      const { length } = weight.shape;
      axes.set(weight, known ? known[roleOf(weight)] : length > 1 ? allButLast(length) : undefined);
    }
  }
  return trainableVariables(model).map((weight) => axes.get(weight));
}
