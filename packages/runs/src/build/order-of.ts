import type { Order } from "@weightcast/core";
import { rankOf } from "@weightcast/dictionary";
import type { PredictableLayer } from "@weightcast/models";
import { sizeOf } from "@weightcast/types";
import type { PredictedSpec } from "../spec";

/** Number of channels above which sliding atoms over each channel, gradients included, costs more than forming W = UV. */
const many = 16;

/** Bytes that the training images may take after the first layer's U: all of Figure 4 fits, at every proportion. */
export const preparedBytes = 2 ** 31;

/**
 * Order of a layer's product that trains fastest. Compiled convolutions of many channels do so with W formed: the runtime
 * convolves in the frequency domain or over all channels at once, but slowly with atoms for each channel. A first connected layer whose
 * x U is computed once for all images takes the inputs first. Others go by the number of multiplications.
 * @param compiled whether steps are compiled
 * @param prepared whether x U of this layer is computed once
 */
export function orderOf(
  { kind, kernel, input, channels }: PredictableLayer,
  { compiled, prepared }: { readonly compiled: boolean; readonly prepared: boolean },
): Order {
  if (prepared) return "inputs-first";
  const isConnected = kind === "connected" || kernel.every((size, axis) => size === input[axis]);
  return compiled && !isConnected && channels >= many ? "weights-first" : "auto";
}

/** Whether x U of a first layer with a flat input will be computed once for all images, if steps are compiled. */
export function isPrepared(
  { kernel, input }: PredictableLayer,
  layer: PredictedSpec | undefined,
  images: number,
): boolean {
  if (input.length !== 1 || layer?.weights !== "factorized") return false;
  const atoms = (layer.columns ?? 1) * rankOf({ proportion: layer.proportion }, sizeOf(kernel));
  return 4 * atoms * images <= preparedBytes;
}
