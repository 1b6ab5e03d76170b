import { type PrincipalFilters, principalFilters } from "@weightcast/dictionary-filters";
import type { Site } from "./choice";

/** Channels beyond which their components take too long to find. */
const mostChannels = 512;

/**
 * Dictionary of the channels of a trained convolution: atoms are a position of the window times one of k principal components of the channels, those
 * that hold most of the outputs for the inputs that the layer gets. The components are the same at every position, so a model holds k C numbers of
 * 16 bits for them, where {@link lowRank} holds h w C for each atom.
 *
 * It suits networks whose channels resemble each other, as in 3 × 3 and larger windows over many channels.
 *
 * @param proportion k / C: components for each channel, in (0, 1)
 * @returns function of a layer, which gives nothing for dense and depthwise layers, and for layers of fewer than 4 or more than 512 channels
 * @throws RangeError if the proportion is out of range
 */
export function principalChannels(proportion: number): (site: Site) => PrincipalFilters | undefined {
  if (!(proportion > 0 && proportion < 1))
    throw new RangeError(`principalChannels: the proportion must be in (0, 1); got ${proportion}`);
  return ({ layer: { className, kernel }, weights, inputs, secondMoments }) => {
    const channels = kernel.at(-2)!;
    if ((className !== "Conv1D" && className !== "Conv2D") || channels < 4 || channels > mostChannels) return undefined;
    if (weights.every((weight) => weight === 0)) return undefined;
    return principalFilters([{ shape: kernel, data: weights }], {
      over: "channels",
      size: Math.max(1, Math.round(proportion * channels)),
      ...(secondMoments && { moments: ofChannels(secondMoments, inputs, channels) }),
    });
  };
}

/** Mean over the positions of a window of the second moments of the channels there: [channels, channels], symmetric to the bit. */
function ofChannels(moments: Float64Array, inputs: number, channels: number): Float64Array {
  const mean = new Float64Array(channels * channels);
  const scale = channels / inputs / 2;
  for (let from = 0; from < inputs; from += channels)
    for (let i = 0; i < channels; i++)
      for (let j = 0; j < channels; j++)
        mean[i * channels + j]! +=
          scale * (moments[(from + i) * inputs + from + j]! + moments[(from + j) * inputs + from + i]!);
  return mean;
}
