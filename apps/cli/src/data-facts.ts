import type { Dataset, Split } from "@weightcast/datasets";
import type { FetchOptions } from "@weightcast/datasets/node";

/** Data sets that need no download, by name. */
export const embedded: ReadonlyMap<string, () => Promise<Dataset>> = new Map([
  ["mnist", async () => (await import("@weightcast/datasets/node")).mnist()],
]);

/** A data set that is downloaded when it is first asked for, with what is known of it before. */
interface Published {
  readonly shape: readonly number[];
  readonly classes: number;
  /** Images. */
  readonly train: number;
  readonly test: number;
  /** Bytes of the archive. */
  readonly bytes: number;
  readonly load: (options: FetchOptions) => Promise<Dataset>;
}

/** Data sets that are downloaded once, by name. */
export const downloaded: ReadonlyMap<string, Published> = new Map([
  [
    "cifar10",
    {
      ...{ shape: [32, 32, 3], classes: 10, train: 50_000, test: 10_000, bytes: 170_052_171 },
      load: async (options) => (await import("@weightcast/datasets/node")).cifar10(options),
    },
  ],
  [
    "cifar100",
    {
      ...{ shape: [32, 32, 3], classes: 100, train: 50_000, test: 10_000, bytes: 168_513_733 },
      load: async (options) => (await import("@weightcast/datasets/node")).cifar100(options),
    },
  ],
  [
    "stl10",
    {
      ...{ shape: [96, 96, 3], classes: 10, train: 5000, test: 8000, bytes: 2_640_397_119 },
      load: async (options) => (await import("@weightcast/datasets/node")).stl10(options),
    },
  ],
]);

/** What there is to say of a split. */
export interface SplitFacts {
  readonly count: number;
  /** Images of each class. */
  readonly byClass: readonly number[];
  /** Mean and standard deviation of the pixels, in [0, 1]. */
  readonly mean: number;
  readonly deviation: number;
  /** The same of each channel, where there are several. */
  readonly channels?: readonly { readonly mean: number; readonly deviation: number }[];
}

/** What there is to say of a data set. */
export function dataFacts({ name, shape, classes, classNames, train, test }: Dataset) {
  const channels = shape.length === 3 ? shape[2]! : 1;
  const [of, about] = [(split: Split) => splitFacts(split, classes, channels), { name, shape, classes }];
  return { ...about, ...(classNames && { classNames }), train: of(train), test: of(test) };
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

/** @param tally how often each byte is there */
function momentsOf(tally: readonly number[]): { mean: number; deviation: number } {
  const pixels = tally.reduce((sum, times) => sum + times, 0);
  const moment = (power: number) =>
    tally.reduce((sum, times, value) => sum + times * (value / 255) ** power, 0) / pixels;
  const mean = moment(1);
  return { mean, deviation: Math.sqrt(moment(2) - mean ** 2) };
}
