import { channelStatistics, type Dataset, type PixelOptions, source, standardize } from "@weightcast/datasets";
import { sizeOf } from "@weightcast/dictionary";
import type { BatchSource } from "@weightcast/training";
import type { RunSpec } from "./spec";

/** Images a batch of the evaluation: as many as keep the maps of a convolution small. */
const testBatch = { hidden: 1000, network: 200 };

/** How a run's network is given images. */
export interface Images {
  /** Of one: flat for hidden layers, [rows, columns, channels] for other networks. */
  readonly shape: readonly number[];
  /** How bytes become numbers. */
  readonly pixels: PixelOptions;
}

/**
 * The shape and scale of a run's images; statistics are those of its training images.
 * @throws RangeError if a network would be given something else than images
 */
export function imagesOf({ network, data }: RunSpec, { name, shape, train }: Dataset): Images {
  const channels = shape.length === 3 ? shape[2]! : 1;
  const pixels = data.standardize ? standardize(channelStatistics(train, channels)) : {};
  if (!network) return { shape: [sizeOf(shape)], pixels };
  if (shape.length !== 2 && shape.length !== 3)
    throw new RangeError(`data: a network needs images, [rows, columns] or with channels; ${name} has [${shape}]`);
  return { shape: [shape[0]!, shape[1]!, channels], pixels };
}

/** The training images of a run, drawn anew each epoch where it says so, and its test images. */
export function sourcesOf(
  { training, seed, network }: RunSpec,
  { classes, train, test }: Dataset,
  { shape, pixels }: Images,
): { images: BatchSource; tests: BatchSource } {
  const { batchSize: size, augment } = training;
  const changes = augment && { crop: augment.crop ?? 0, flip: augment.flip ?? false };
  const tests = { size: network ? testBatch.network : testBatch.hidden, shuffle: false, ...pixels };
  return {
    images: source(train, shape, classes, { size, seed, ...pixels, ...(changes && { augment: changes }) }),
    tests: source(test, shape, classes, tests),
  };
}
