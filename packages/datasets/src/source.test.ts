import { expect, test } from "vitest";
import type { BatchOptions } from "./batches";
import { source } from "./source";
import { indicesIn, marked } from "./test-helpers";

const take = (options: BatchOptions, epoch: number, from?: number) =>
  Array.from(source(marked(25), [3, 1], 10, options).batches(epoch, from), ({ inputs }) => indicesIn(inputs, 1 / 255));

test("a source knows its sizes", () => {
  const shape = [3, 1];
  const kept = source(marked(25), shape, 10, { size: 10 });
  expect(kept).toMatchObject({ count: 25, batchSize: 10, batchesPerEpoch: 3, inputShape: [3, 1], classes: 10 });
  expect(kept.inputShape).not.toBe(shape);
  expect(source(marked(25), [3], 10, { size: 10, remainder: "drop" }).batchesPerEpoch).toBe(2);
  expect(source(marked(250), [3], 10)).toMatchObject({ batchSize: 100, batchesPerEpoch: 3 });
});

test("it gives as many batches as it says, an order for each epoch, and takes an epoch up again", () => {
  for (const remainder of ["keep", "drop"] as const) {
    const options = { size: 10, seed: 3, remainder };
    expect(take(options, 0)).toHaveLength(source(marked(25), [3], 10, options).batchesPerEpoch);
    expect(take(options, 0)).toEqual(take(options, 0));
    expect(take(options, 1)).not.toEqual(take(options, 0));
    expect(take(options, 1, 1)).toEqual(take(options, 1).slice(1));
  }
});

test("bad input is named", () => {
  expect(() => source(marked(25), [2, 2], 10)).toThrow(
    "source: shape must be positive integers whose product is 3, the values of one example; got [2,2]",
  );
  expect(() => source(marked(25), [-3, -1], 10)).toThrow(RangeError);
  expect(() => source(marked(25), [3], 0)).toThrow("source: classes must be an integer in [1, 256]; got 0");
  expect(() => source(marked(25), [3], 10, { size: 30, remainder: "drop" })).toThrow(
    "source: size must be an integer in [1, 25]; got 30",
  );
});
