import type { Dataset, Split } from "@weightcast/datasets";

/** Facts about a split. */
export interface SplitFacts {
  readonly count: number;
  /** Number of images of each class. */
  readonly byClass: readonly number[];
  /** Mean of the pixels, in [0, 1]. */
  readonly mean: number;
  /** Standard deviation of the pixels. */
  readonly deviation: number;
  /** Mean and deviation of each channel, if there are several. */
  readonly channels?: readonly { readonly mean: number; readonly deviation: number }[];
}

/** Facts about a data set. */
export function dataFacts({ name, shape, classes, classNames, train, test, unused }: Dataset) {
  const channels = shape.length === 3 ? shape[2]! : 1;
  const factsOf = (split: Split) => splitFacts(split, classes, channels);
  return {
    ...{ name, shape, classes, ...(classNames && { classNames }) },
    ...{ train: factsOf(train), test: factsOf(test), ...(unused && { unused }) },
  };
}

function splitFacts({ images, labels, count }: Split, classes: number, channels: number): SplitFacts {
  const tally = new Float64Array(256 * channels);
  for (let i = 0; i < images.length; )
    for (let channel = 0; channel < tally.length; channel += 256) tally[channel + images[i++]!]!++;
  const tallies = Array.from({ length: channels }, (_, channel) => [
    ...tally.subarray(256 * channel, 256 * channel + 256),
  ]);
  const byClass = new Array<number>(classes).fill(0);
  for (const label of labels) byClass[label]!++;
  const whole = tallies[0]!.map((_, value) => tallies.reduce((sum, tally) => sum + tally[value]!, 0));
  return { count, byClass, ...momentsOf(whole), ...(channels > 1 && { channels: tallies.map(momentsOf) }) };
}

/** Mean and standard deviation of pixels. @param tally number of pixels of each byte value */
function momentsOf(tally: readonly number[]): { mean: number; deviation: number } {
  const pixels = tally.reduce((sum, times) => sum + times, 0);
  const moment = (power: number) =>
    tally.reduce((sum, times, value) => sum + times * (value / 255) ** power, 0) / pixels;
  const mean = moment(1);
  return { mean, deviation: Math.sqrt(moment(2) - mean ** 2) };
}
