import { expect, test } from "vitest";
import { indicesIn, marked } from "../testing/examples";
import { samples } from "./samples";
import { subset } from "./subset";

const indicesOf = (matrices: Iterable<{ data: Float32Array }>) =>
  [...matrices].flatMap(({ data }) => indicesIn(data, 1 / 255));

test("every call yields all images in the split's order, from the first one", () => {
  const all = samples(marked(25), { size: 10 });
  const shapes = [...all()].map(({ rows, cols, data }) => [rows, cols, data.length]);
  expect(shapes).toEqual([
    [10, 3, 30],
    [10, 3, 30],
    [5, 3, 15],
  ]);
  const order = Array.from({ length: 25 }, (_, i) => i);
  expect(indicesOf(all())).toEqual(order);
  expect(indicesOf(all())).toEqual(order);
});

test("values are byte · scale + offset, by default in [0, 1]", () => {
  const bytes = [...marked(25).images];
  const [unit] = samples(marked(25))();
  expect([...unit!.data]).toEqual(bytes.map((byte) => Math.fround(byte / 255)));
  const [shifted] = samples(marked(25), { scale: 2, offset: -1 })();
  expect([...shifted!.data]).toEqual(bytes.map((byte) => 2 * byte - 1));
});

test("matrices belong to the caller: those that are kept do not change", () => {
  const matrices = [...samples(marked(25), { size: 10 })()];
  expect(new Set(matrices.map(({ data }) => data.buffer)).size).toBe(3);
});

test("limit takes a uniform subset, a function of the seed", () => {
  const split = marked(300);
  const limited = samples(split, { limit: 40, seed: 8, size: 15 });
  expect(indicesOf(limited())).toEqual(indicesIn(subset(split, 40, 8).images, 1));
  expect(indicesOf(samples(split, { limit: 40, seed: 9 })())).not.toEqual(indicesOf(limited()));
});

test("invalid input is reported", () => {
  expect(() => samples(marked(25), { size: 0 })).toThrow("samples: size must be an integer");
  expect(() => samples(marked(25), { limit: 26 })).toThrow("samples: limit must be an integer in [1, 25]; got 26");
  expect(() => samples(marked(25), { scale: Number.NaN })).toThrow("samples: scale must be a finite number; got NaN");
});
