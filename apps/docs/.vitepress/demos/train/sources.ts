import { type Dataset, type Source, source } from "@weightcast/datasets";

/** Images of a training and of its tests, as the network takes them. */
export interface Sources {
  readonly examples: Source;
  readonly tests: Source;
}

/** Batches of 100 training images and of 1000 test images, flat, in [0, 1]. */
export const sourcesOf = ({ train, test }: Dataset): Sources => ({
  examples: source(train, [784], 10, { size: 100, seed: 1 }),
  tests: source(test, [784], 10, { size: 1000, shuffle: false }),
});

/**
 * Sources that are prepared once: U of the first layer is the same in every training of the demo, and so is x U of all images.
 */
export const preparedOnce = ({ examples, tests }: Sources): Sources => ({
  examples: once(examples),
  tests: once(tests),
});

function once(source: Source): Source {
  let done: Promise<Source> | undefined;
  return {
    ...source,
    prepared(shape, prepare) {
      done ??= source.prepared(shape, prepare);
      return done;
    },
  };
}
