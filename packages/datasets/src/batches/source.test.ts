import { expect, test } from "vitest";
import { indicesIn, marked } from "../testing/examples";
import type { BatchOptions } from "./batches";
import { source } from "./source";

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

test("it yields as many batches as stated, in an order of its own for each epoch, and can resume an epoch", () => {
  for (const remainder of ["keep", "drop"] as const) {
    const options = { size: 10, seed: 3, remainder };
    expect(take(options, 0)).toHaveLength(source(marked(25), [3], 10, options).batchesPerEpoch);
    expect(take(options, 0)).toEqual(take(options, 0));
    expect(take(options, 1)).not.toEqual(take(options, 0));
    expect(take(options, 1, 1)).toEqual(take(options, 1).slice(1));
  }
});

/** First operations of a network, which reduce an example to two numbers here. */
const halves = async (inputs: Float32Array) =>
  Float32Array.from({ length: (inputs.length / 3) * 2 }, (_, i) => inputs[3 * Math.floor(i / 2) + (i % 2)]! / 2);

test("a prepared source yields the same batches of other inputs: same order, labels and sizes, from any batch on", async () => {
  const plain = source(marked(25), [3, 1], 10, { size: 10, seed: 3 });
  const prepared = await plain.prepared([2], halves);
  expect(prepared).toMatchObject({ count: 25, batchSize: 10, batchesPerEpoch: 3, inputShape: [2], classes: 10 });
  for (const [epoch, from] of [
    [0, 0],
    [1, 0],
    [1, 2],
  ] as const) {
    const batches = Array.from(prepared.batches(epoch, from), ({ inputs, labels, count }) => ({
      inputs: inputs.slice(),
      labels: labels.slice(),
      count,
    }));
    let i = 0;
    for (const { inputs, labels, count } of plain.batches(epoch, from))
      expect(batches[i++]).toEqual({ inputs: await halves(inputs), labels, count });
    expect(batches).toHaveLength(i);
  }
});

test("every example is prepared once, with the source's scale; preparing again is possible; the source does not change", async () => {
  const seen: number[] = [];
  const plain = source(marked(2500), [3], 10, { scale: 1, offset: 0, size: 2500, shuffle: false });
  const same = await plain.prepared([3], async (inputs) => {
    seen.push(...indicesIn(inputs, 1));
    return inputs;
  });
  expect(seen).toEqual(Array.from({ length: 2500 }, (_, i) => i));
  const twice = await same.prepared([2], halves);
  const inputsOf = ({ batches }: Pick<typeof plain, "batches">) => [...batches(0)][0]!.inputs;
  expect(inputsOf(same)).toEqual(inputsOf(plain));
  expect(inputsOf(twice)).toEqual(await halves(inputsOf(plain)));
});

test("a preparation that returns too much or too little is reported", async () => {
  const plain = source(marked(25), [3], 10);
  await expect(plain.prepared([4], halves)).rejects.toThrow(
    new RangeError("prepared: prepare must return 4 numbers for every example; got 50 for 25"),
  );
});

test("invalid input is reported", () => {
  expect(() => source(marked(25), [2, 2], 10)).toThrow(
    "source: shape must be positive integers whose product is 3, the values of one example; got [2,2]",
  );
  expect(() => source(marked(25), [-3, -1], 10)).toThrow(RangeError);
  expect(() => source(marked(25), [3], 0)).toThrow("source: classes must be an integer in [1, 256]; got 0");
  expect(() => source(marked(25), [3], 10, { size: 30, remainder: "drop" })).toThrow(
    "source: size must be an integer in [1, 25]; got 30",
  );
});
