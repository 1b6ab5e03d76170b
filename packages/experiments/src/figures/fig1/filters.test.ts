import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recordOf } from "@weightcast/runs/testing";
import { encodeCheckpoint } from "@weightcast/training";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Filters, filtersOf, readFilters, writeFilters } from "./filters";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "weightcast-filters-"));
});
afterEach(() => rm(folder, { recursive: true }));

const checkpoint = (shape: readonly number[], data: Float32Array) =>
  encodeCheckpoint({
    identity: null,
    progress: {
      ...{ epoch: 1, batch: 0, step: 7, loss: 0, lossSum: 0, lossReads: 0, seconds: 0 },
      history: [{ epoch: 1, step: 7, loss: 0, rate: 0.1 }],
    },
    weights: [
      { name: "first/kernel", shape, data },
      { name: "first/bias", shape: [1], data: new Float32Array(1) },
    ],
    slots: [[], []],
    buffers: [],
  });
const values = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i));

test("filters are the first weights of a checkpoint: a dense layer's, or a convolution's", () => {
  const dense = filtersOf(checkpoint([6, 4], values(24)), [2, 3]);
  expect(dense).toEqual({ filters: { domain: [2, 3], channels: 1, count: 4, data: values(24) }, steps: 7 });
  const kernel = filtersOf(checkpoint([2, 2, 3, 5], values(60)), [2, 2, 3]);
  expect(kernel).toEqual({ filters: { domain: [2, 2], channels: 3, count: 5, data: values(60) }, steps: 7 });
});

test("weights that are not on the grid are refused", () => {
  expect(() => filtersOf(checkpoint([6, 4], values(24)), [6])).toThrow(
    RangeError(
      "filtersOf: domain must be [rows, columns] or [rows, columns, channels] of the first weights, which are [6,4]; got [6]",
    ),
  );
  expect(() => filtersOf(checkpoint([6, 4], values(24)), [5, 3])).toThrow("got [5,3]");
});

test("filters are read from a file as they were written, to the bit", async () => {
  const path = join(folder, "a", "filters.json");
  expect(await readFilters(path)).toBeUndefined();
  const filters: Filters = { domain: [2, 2], channels: 3, count: 5, data: values(60).map((x) => x * 1e-30 + 1 / 3) };
  const record = recordOf("nokernel", 0.02);
  await writeFilters(path, { record, steps: 7, filters });
  expect(await readFilters(path)).toEqual({ record, steps: 7, filters });
});

test("a file that holds no filters is named", async () => {
  const path = join(folder, "filters.json");
  const message = `${path}: not a file of filters; remove it to train the network again`;
  for (const text of ["", "{}", '{"domain":[2,2],"channels":1,"count":1,"data":"AAAA"}']) {
    await writeFile(path, text);
    await expect(readFilters(path)).rejects.toThrow(message);
  }
  const empty = JSON.stringify({ record: {}, steps: 1, domain: [1, 1], channels: 1, count: 1, data: "AACAPw==" });
  await writeFile(path, `${empty}\n`); // without a checksum, as earlier versions wrote it
  expect((await readFilters(path))!.filters.data).toEqual(Float32Array.of(1));
  await writeFilters(path, {
    record: recordOf("x", 0.1),
    steps: 1,
    filters: { domain: [2, 2], channels: 1, count: 1, data: values(4) },
  });
  await writeFile(path, (await readFile(path, "utf8")).slice(0, -40));
  await expect(readFilters(path)).rejects.toThrow(message);
});

test("flipped bits in a file of filters are found", async () => {
  const path = join(folder, "filters.json");
  const filters: Filters = { domain: [2, 2], channels: 1, count: 1, data: values(4) };
  const { filters: pictures, ...result } = recordOf("nokernel", 0.02).result;
  const record = { ...recordOf("nokernel", 0.02), result: { ...result, filters: pictures.slice(0, 0) } };
  await writeFilters(path, { record, steps: 7, filters });
  const bytes = await readFile(path);
  const missed: number[] = [];
  // Many of the end, with the numbers and the checksum; some of the record before it.
  for (let bit = 0; bit < 8 * (bytes.length - 1); bit += bit < 8 * (bytes.length - 120) ? 101 : 5) {
    const changed = Buffer.from(bytes);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    await writeFile(path, changed);
    await readFilters(path).then(
      () => missed.push(bit),
      () => {},
    );
  }
  expect(missed).toEqual([]);
});
