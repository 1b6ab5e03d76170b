import { checkInteger, checkSplit, type Split } from "../dataset";

/** Mean and standard deviation of each channel over all pixels of all images, pixels in [0, 1]. */
export interface ChannelStatistics {
  /** [channels], in [0, 1]. */
  readonly mean: readonly number[];
  /** [channels], in [0, 1/2]: √(Σ (pixel − mean)² / pixels), that of the population. */
  readonly deviation: readonly number[];
}

/**
 * Statistics of a split's channels, with pixels as byte / 255, as the field quotes them. Exact except for the last
 * rounding, because the bytes of each value are counted. Compute them from the training split and use them for both.
 * @param channels number of values of one pixel: the last axis of an image, 1 for images of [height, width]
 * @throws RangeError unless `channels` divides the number of values of an example
 */
export function channelStatistics(split: Split, channels: number): ChannelStatistics {
  const size = checkSplit("channelStatistics", split);
  checkInteger("channelStatistics: channels", channels, 1, size);
  if (size % channels !== 0)
    throw new RangeError(
      `channelStatistics: channels must divide the ${size} values of an example; got ${channels}: pass the last axis of an image`,
    );
  const counts = new Float64Array(channels * 256);
  const { images } = split;
  for (let at = 0; at < images.length; )
    for (let channel = 0; channel < counts.length; channel += 256) counts[channel + images[at++]!]!++;

  const mean: number[] = [];
  const deviation: number[] = [];
  const pixels = images.length / channels;
  for (let channel = 0; channel < channels; channel++) {
    const of = counts.subarray(channel * 256, channel * 256 + 256);
    // Integers below 2⁵³ are exact: a constant channel has its byte as mean and exactly 0 as deviation.
    const center = of.reduce((sum, count, byte) => sum + count * byte, 0) / pixels;
    mean.push(center / 255);
    deviation.push(Math.sqrt(of.reduce((sum, count, byte) => sum + count * (byte - center) ** 2, 0) / pixels) / 255);
  }
  return { mean, deviation };
}

/**
 * The `scale` and `offset` that give every channel mean 0 and deviation 1: (byte / 255 − mean) / deviation. A constant
 * channel is only centered (scale 1/255): it becomes 0.
 * @throws RangeError unless there are as many means as deviations, all finite and no deviation below 0
 */
export function standardize(statistics: ChannelStatistics): { readonly scale: number[]; readonly offset: number[] } {
  const { mean, deviation } = statistics;
  if (
    mean.length === 0 ||
    mean.length !== deviation.length ||
    ![...mean, ...deviation].every(Number.isFinite) ||
    deviation.some((value) => value < 0)
  )
    throw new RangeError(
      `standardize: statistics must hold a finite mean and a deviation ≥ 0 for every channel; ` +
        `got [${mean.join(", ")}] and [${deviation.join(", ")}]`,
    );
  const unit = deviation.map((value) => value || 1);
  return { scale: unit.map((value) => 1 / (255 * value)), offset: mean.map((value, i) => -value / unit[i]!) };
}
