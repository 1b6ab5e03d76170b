// Dictionaries on offer for the layers of a network.

import { lowRank } from "@weightcast/convert";
import { gaussianDerivative, principalFilters } from "@weightcast/dictionary-filters";
import { fourier } from "@weightcast/dictionary-fourier";

/** Principal components of a layer's filters over its channels, weighted by what the channels contain; `most` of them. */
const components =
  (most) =>
  ({ layer, weights, inputs, secondMoments }) => {
    const channels = layer.kernel.at(-2);
    const moments = secondMoments && ofChannels(secondMoments, inputs, channels);
    const kernel = { shape: layer.kernel, data: Float32Array.from(weights) };
    const size = Math.min(most, Math.max(1, channels - 1));
    return principalFilters([kernel], { over: "channels", size, ...(moments && { moments }) });
  };

/** Mean over the positions of a window of the channels' second moments, [channels, channels]. */
function ofChannels(moments, inputs, channels) {
  const mean = new Float64Array(channels * channels);
  for (let from = 0; from < inputs; from += channels)
    for (let i = 0; i < channels; i++)
      for (let j = 0; j < channels; j++)
        mean[i * channels + j] +=
          (moments[(from + i) * inputs + from + j] + moments[(from + j) * inputs + from + i]) / 2;
  return mean;
}

/** Dictionaries by name. */
export const offers = {
  "low-rank": lowRank,
  "channels-12": components(12),
  "channels-24": components(24),
  "channels-40": components(40),
  "gaussian-derivative": ({ layer }) => gaussianDerivative(layer.domain),
  dct: ({ layer }) => fourier(layer.domain),
};
