import type { Order } from "@weightcast/core";
import type { PredictableLayer } from "@weightcast/models";

/** Channels from which the gradient by the images of atoms slid over each of them takes longer than all that W = UV takes. */
const many = 16;

/**
 * The order of a layer's product that trains fastest. Compiled convolutions of many channels do so with W formed: the
 * runtime convolves by frequencies or with all channels at a time, and by each channel's atoms slowly. What has few channels,
 * as the first layer, and what is no convolution, the kernel being the whole map, goes by the multiplications.
 * @param compiled whether steps are compiled
 */
export function orderOf({ kernel, input, channels }: PredictableLayer, compiled: boolean): Order {
  const connected = kernel.every((size, axis) => size === input[axis]);
  return compiled && !connected && channels >= many ? "weights-first" : "auto";
}
