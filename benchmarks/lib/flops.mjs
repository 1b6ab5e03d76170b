// Cost of a training step, from the descriptions of lib/layers.mjs.

/**
 * Floating-point operations in the products of one training step: forward and both gradients. Convolutions count as direct
 * ones, regardless of what a library does, and factorized ones in the cheaper order.
 */
export const flops = (layers, batch) => 2 * layers.reduce((sum, layer) => sum + products(layer, batch), 0);

/**
 * Multiplications of a factorized convolution in each order of its product: either the atoms slide over every channel and V
 * mixes the resulting maps, or W = U V is formed once per step and slides over the image.
 *
 * @returns `{ atomsFirst, weightsFirst }`
 */
export function orders({ window, input, output, filters, columns, rank, first }, batch) {
  const [, , channels] = input;
  const patch = window[0] * window[1];
  const places = batch * output[0] * output[1];
  const width = filters / columns;
  const atoms = columns * rank;
  return {
    atomsFirst: places * channels * atoms * (patch * (first ? 1 : 2) + width * (first ? 2 : 3)),
    weightsFirst: patch * atoms * channels * width * 2 + places * patch * channels * filters * (first ? 2 : 3),
  };
}

/** The same for a factorized depthwise convolution, in which V has a column for each channel. */
export function depthwiseOrders({ window, input, output, rank, first }, batch) {
  const [, , channels] = input;
  const patch = window[0] * window[1];
  const places = batch * output[0] * output[1];
  return {
    atomsFirst: places * channels * rank * (patch * (first ? 1 : 2) + (first ? 2 : 3)),
    weightsFirst: patch * rank * channels * 2 + places * patch * channels * (first ? 2 : 3),
  };
}

/** Multiplications of a layer. The first layer's inputs and fixed weights need no gradient. */
function products(layer, batch) {
  const { kind, steps, inputs, units, filters, window, input, output, columns, rank, first, prepared } = layer;
  switch (kind) {
    case "dense":
      return batch * inputs * units * (first ? 2 : 3);
    case "factorized": {
      const throughAtoms = inputs * columns * rank * (prepared ? 0 : first ? 1 : 2);
      return batch * (throughAtoms + rank * units * (first ? 2 : 3));
    }
    // The state of zeros before the first step needs no gradient either.
    case "lstm":
      return batch * 4 * units * (steps * inputs * (first ? 2 : 3) + units * (3 * steps - 1));
    case "convolution":
      return batch * output[0] * output[1] * window[0] * window[1] * input[2] * filters * (first ? 2 : 3);
    case "factorized-convolution":
      return Math.min(...Object.values(orders(layer, batch)));
    case "depthwise":
      return batch * output[0] * output[1] * window[0] * window[1] * input[2] * (first ? 2 : 3);
    case "factorized-depthwise":
      return Math.min(...Object.values(depthwiseOrders(layer, batch)));
    // Not products: normalizations, and what moves or adds numbers.
    case "batch-normalization":
    case "max-pool":
    case "sampling":
    case "more-channels":
    case "average":
    case "sum":
    case "activation":
    case "flatten":
      return 0;
    default:
      throw new Error(`flops: count the products of a ${kind} layer here`);
  }
}
