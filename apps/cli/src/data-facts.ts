import type { Dataset, Split } from "@weightcast/datasets";

/** Data sets that need no download, by name. */
export const embedded: ReadonlyMap<string, () => Promise<Dataset>> = new Map([
  ["mnist", async () => (await import("@weightcast/datasets/node")).mnist()],
]);

/** What there is to say of a split. */
export interface SplitFacts {
  readonly count: number;
  /** Images of each class. */
  readonly byClass: readonly number[];
  /** Mean and standard deviation of the pixels, in [0, 1]. */
  readonly mean: number;
  readonly deviation: number;
}

/** What there is to say of a data set. */
export function dataFacts({ name, shape, classes, train, test }: Dataset) {
  return { name, shape, classes, train: splitFacts(train, classes), test: splitFacts(test, classes) };
}

function splitFacts({ images, labels, count }: Split, classes: number): SplitFacts {
  const tally = new Array<number>(256).fill(0);
  for (const value of images) tally[value]!++;
  const moment = (power: number) =>
    tally.reduce((sum, times, value) => sum + times * (value / 255) ** power, 0) / images.length;
  const byClass = new Array<number>(classes).fill(0);
  for (const label of labels) byClass[label]!++;
  const mean = moment(1);
  return { count, byClass, mean, deviation: Math.sqrt(moment(2) - mean ** 2) };
}
