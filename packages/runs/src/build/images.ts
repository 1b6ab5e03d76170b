import { channelStatistics, type Dataset, type PixelOptions, samples, source, standardize } from "@weightcast/datasets";
import type { Plan } from "@weightcast/models/plans";
import { classification } from "@weightcast/training";
import type { BatchSource } from "@weightcast/types";
import { planOf, type RunSpec } from "../spec";
import type { RunData } from "./run-data";

/** Images per batch of the evaluation: few enough to keep the maps of a convolution small. */
const testBatch = { flat: 1000, maps: 200 };

/** Whether a network takes images flat, [n], and not as maps. */
export const isFlat = ({ input }: Plan): boolean => input.length === 1;

/** Scale of a run's images: how bytes become numbers. Statistics are those of the training images. */
export function pixelsOf(
  { data }: Pick<RunSpec, "data">,
  { shape, train }: Pick<Dataset, "shape" | "train">,
): PixelOptions {
  const channels = shape.length === 3 ? shape[2]! : 1;
  return data.standardize ? standardize(channelStatistics(train, channels)) : {};
}

/** Training images of a run, augmented again in each epoch if it says so, and its test images, as its network takes them. */
export function sourcesOf(
  { network, training, seed }: Pick<RunSpec, "network" | "training" | "seed">,
  dataset: Dataset,
  pixels: PixelOptions,
): { readonly images: BatchSource; readonly tests: BatchSource } {
  const { shape, classes, train, test } = dataset;
  const plan = planOf(network, dataset);
  const { batchSize: size, augment } = training;
  const changes = augment && { crop: augment.crop ?? 0, flip: augment.flip ?? false, ...(isFlat(plan) && { shape }) };
  const tests = { size: isFlat(plan) ? testBatch.flat : testBatch.maps, shuffle: false, ...pixels };
  return {
    images: source(train, plan.input, classes, { size, seed, ...pixels, ...(changes && { augment: changes }) }),
    tests: source(test, plan.input, classes, tests),
  };
}

/**
 * Images as the data of a run.
 * @param pixels conversion of their bytes @default that of the run, by its training images
 */
export function imageData(
  spec: Pick<RunSpec, "network" | "training" | "data" | "seed">,
  dataset: Dataset,
  pixels: PixelOptions = pixelsOf(spec, dataset),
): RunData {
  const { name, shape, classes, classNames, train, test, unused } = dataset;
  const { scale = 1 / 255, offset = 0 } = pixels;
  return {
    ...{ name, shape, classes },
    train: train.count,
    task: classification(),
    notes: {
      inputs: { scale, offset, shape: [...shape] },
      classes: classNames ?? Array.from({ length: classes }, (_, label) => `${label}`),
      task: "classification",
    },
    testLabels: test.labels,
    ...(unused && { unused }),
    samples: (count) => samples(train, { ...pixels, limit: Math.min(count, train.count), seed: spec.seed })(),
    sources() {
      const { images, tests } = sourcesOf(spec, dataset, pixels);
      return { examples: images, tests };
    },
  };
}
