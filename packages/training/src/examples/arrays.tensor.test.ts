import * as tf from "@tensorflow/tfjs-core";
import { stream } from "@weightcast/random";
import { sweep } from "@weightcast/random/testing";
import { sizeOf } from "@weightcast/types";
import { describe, expect, test } from "vitest";
import { leaked } from "../testing/runs";
import { type ArraysOptions, arrays } from "./arrays";
import type { ExampleNumbers } from "./column";

const draw = stream(51, "arrays");
// biome-ignore lint/suspicious/noExplicitAny: what callers without types may give.
type Any = any;

/** Copies of all batches of an epoch. */
const copied = (source: ReturnType<typeof arrays>, epoch: number, from?: number) =>
  Array.from(source.batches(epoch, from), ({ inputs, targets, weights, count }) => ({
    inputs: inputs.map((one) => [...one]),
    targets: targets.map((one) => [...one]),
    ...(weights && { weights: [...weights] }),
    count,
  }));

/** Numbers of some examples in a random form, and as plain rows. */
function randomPart(count: number, shape: readonly number[]) {
  const size = sizeOf(shape);
  const whole = draw.integer(2) === 0;
  const one = () => (whole ? draw.integer(9) : Math.fround(draw.normal()));
  const rows = Array.from({ length: count }, () => Array.from({ length: size }, one));
  const flat = rows.flat();
  const nested = (values: readonly number[], axes: readonly number[]): Any => {
    if (axes.length === 0) return values[0];
    const step = values.length / axes[0]!;
    return Array.from({ length: axes[0]! }, (_, i) => nested(values.slice(i * step, (i + 1) * step), axes.slice(1)));
  };
  const forms: (() => readonly [ExampleNumbers, "float32" | "int32"])[] = [
    () => [{ values: whole ? Int32Array.from(flat) : Float32Array.from(flat), shape }, whole ? "int32" : "float32"],
    () => [{ values: flat, shape }, "float32"],
    () => [{ values: nested(flat, [count, ...shape]) }, "float32"],
    () => [tf.tensor(flat, [count, ...shape], whole ? "int32" : "float32"), whole ? "int32" : "float32"],
  ];
  const [given, dtype] = forms[draw.integer(forms.length)]!();
  return { given, dtype, rows, shape };
}

const shapes = [[1], [3], [2, 3], [20], [3, 2, 4]] as const;

test("batches are those of a plain loop: any forms, types, parts, weights, sizes, seeds and splits; nothing is left behind", async () => {
  const leak = await leaked(() => {
    for (let i = 0; i < sweep(40); i++) {
      const count = 1 + draw.integer(30);
      const parts = (most: number) =>
        Array.from({ length: 1 + draw.integer(most) }, () => randomPart(count, shapes[draw.integer(shapes.length)]!));
      const [inputs, targets] = [parts(3), parts(2)];
      const weights = draw.integer(2) === 0 ? Array.from({ length: count }, () => draw.integer(4) / 2) : undefined;
      const [batchSize, seed, shuffle] = [1 + draw.integer(12), draw.integer(99), draw.integer(2) === 0];
      const given = (all: typeof inputs) => all.map((one) => one.given);
      const source = arrays(given(inputs), given(targets), {
        batchSize,
        seed,
        shuffle,
        ...(weights && { weights }),
      });
      expect(source.inputs).toEqual(inputs.map(({ shape, dtype }) => ({ shape, dtype })));
      expect(source.targets).toEqual(targets.map(({ shape, dtype }) => ({ shape, dtype })));
      const expected = (rows: readonly number[], from: number) => {
        const batches = [];
        for (let start = from * batchSize; start < rows.length; start += batchSize) {
          const chosen = rows.slice(start, start + batchSize);
          batches.push({
            inputs: inputs.map((part) => chosen.flatMap((row) => part.rows[row]!)),
            targets: targets.map((part) => chosen.flatMap((row) => part.rows[row]!)),
            ...(weights && { weights: chosen.map((row) => weights[row]!) }),
            count: chosen.length,
          });
        }
        return batches;
      };
      const permuted = (rows: readonly number[], epoch: number) =>
        shuffle ? [...stream(seed, `shuffle/${epoch}`).permutation(rows.length)].map((place) => rows[place]!) : rows;
      const all = Array.from({ length: count }, (_, row) => row);
      const epoch = draw.integer(3);
      const from = draw.integer(source.batchesPerEpoch + 1);
      expect(copied(source, epoch, from)).toEqual(expected(permuted(all, epoch), from));
      expect(copied(source, epoch)).toHaveLength(source.batchesPerEpoch);

      if (count > 1) {
        const held = 1 + draw.integer(count - 1);
        const mixed = [...stream(seed, "split").permutation(count)];
        const ascending = (rows: number[]) => rows.sort((a, b) => a - b);
        const [training, rest] = source.split(held);
        const [kept, out] = [ascending(mixed.slice(held)), ascending(mixed.slice(0, held))];
        expect(copied(training, epoch)).toEqual(expected(permuted(kept, epoch), 0));
        expect(copied(rest, 5)).toEqual(expected(out, 0));
      }
      for (const { given } of [...inputs, ...targets]) if (given instanceof tf.Tensor) given.dispose();
    }
  });
  expect(leak).toEqual({ tensors: 0, buffers: 0 });
});

test("split: shares are rounded, the seed chooses, and a split of a split keeps its examples", () => {
  const numbers = Float32Array.from({ length: 20 }, (_, i) => i);
  const source = arrays(numbers, numbers, { seed: 3, batchSize: 20 });
  const inputsOf = (one: typeof source) => copied(one, 0).flatMap(({ inputs }) => inputs[0]!);
  const [training, held] = source.split(0.23);
  expect([training.count, held.count]).toEqual([15, 5]);
  expect(inputsOf(source.split(5, { seed: 3 })[1])).toEqual(inputsOf(held));
  expect(inputsOf(source.split(5, { seed: 4 })[1])).not.toEqual(inputsOf(held));
  const [rest, second] = training.split(5);
  const parts = [rest, second, held].map(inputsOf);
  expect(parts.map(({ length }) => length)).toEqual([10, 5, 5]);
  expect(parts.flat().sort((a, b) => a - b)).toEqual([...numbers]);
});

test("prepared: every example's only input is replaced, in the same order, also of a part of the examples", async () => {
  const rows = Float32Array.from({ length: 30 }, () => Math.fround(draw.normal()));
  const labels = Int32Array.from({ length: 10 }, (_, i) => i % 3);
  const source = arrays({ values: rows, shape: [3] }, labels, { batchSize: 4, seed: 5, weights: labels, classes: 3 });
  const double = async (values: Float32Array) =>
    Float32Array.from({ length: (values.length / 3) * 2 }, (_, i) => values[Math.floor(i / 2) * 3]! * (1 + (i % 2)));
  for (const one of [source, ...source.split(4)]) {
    const next = (await one.prepared!([2], double)) as typeof source;
    expect(next).toMatchObject({ count: one.count, batchSize: 4, inputs: [{ shape: [2], dtype: "float32" }] });
    const expected = copied(one, 1).map(({ inputs, ...batch }) => ({
      ...batch,
      inputs: [rowsOf(inputs[0]!, 3).flatMap(([first]) => [first!, Math.fround(2 * first!)])],
    }));
    expect(copied(next, 1)).toEqual(expected);
  }
  await expect(source.prepared!([2], async (values) => values)).rejects.toThrow(
    /must return 2 numbers for every example/,
  );
  expect(arrays(labels, labels).prepared).toBeUndefined();
  expect(arrays([rows, rows], rows).prepared).toBeUndefined();
});

const rowsOf = (values: readonly number[], width: number) =>
  Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width));

describe("types", () => {
  const bytes = Uint8Array.of(0, 1, 2);
  test.each<[string, ExampleNumbers, ArraysOptions, object]>([
    ["plain numbers are floats", [0, 1, 2], {}, { shape: [], dtype: "float32" }],
    ["bytes as targets are whole", bytes, {}, { shape: [], dtype: "int32" }],
    ["class numbers are whole", [0, 1, 2], { classes: 3 }, { shape: [], dtype: "int32", classes: 3 }],
    ["doubles are floats", Float64Array.of(0.1, 1, 2), {}, { shape: [], dtype: "float32" }],
  ])("%s", (_, targets, options, part) => {
    const source = arrays(bytes, targets, options);
    expect(source.targets).toEqual([part]);
    expect(source.inputs).toEqual([{ shape: [1], dtype: "float32" }]);
  });
});

test.each<[string, () => unknown, RegExp]>([
  ["counts", () => arrays([1, 2], [1]), /^arrays: .*got 2 of input 0 and 1 of target 0.*\{ values, shape \}$/],
  ["weights", () => arrays([1, 2], [1, 2], { weights: [1] }), /got 2 of input 0 and 1 of weights/],
  ["a negative weight", () => arrays([1], [1], { weights: [-1] }), /weights must be at least 0; got -1/],
  [
    "NaN",
    () =>
      arrays(
        [
          [1, 2],
          [3, Number.NaN],
        ],
        [1, 2],
      ),
    /the inputs must be finite numbers; got NaN in example 1, place 1/,
  ],
  ["too large", () => arrays([1], [1e39]), /the targets must be finite numbers; got Infinity in example 0/],
  ["empty", () => arrays([], []), /must have examples; got none/],
  ["ragged", () => arrays([[1, 2], [3]], [1, 2]), /nested arrays of equal lengths; got 1 entries instead of 2/],
  ["no numbers", () => arrays([["a"]] as Any, [1]), /must be numbers; got "a" at place 0/],
  ["no array", () => arrays("abc" as Any, [1]), /the inputs must be a tensor.*got "abc"/],
  ["undefined", () => arrays(undefined as Any, [1]), /the inputs must be a tensor.*got undefined/],
  ["by name", () => arrays({ a: [1] } as Any, [1]), /the inputs must be a tensor.*got an object with a/],
  ["a size", () => arrays({ values: [1, 2, 3], shape: [2] }, [1]), /a multiple of 2 numbers.*got 3/],
  ["a shape", () => arrays({ values: [1, 2], shape: [0] }, [1]), /shape must be a list of positive integers/],
  ["a class", () => arrays([1], [3], { classes: 3 }), /class numbers in \[0, 3\); got 3/],
  ["half a class", () => arrays([1], [0.5], { classes: 3 }), /class numbers in \[0, 3\); got 0.5/],
  ["batchSize", () => arrays([1], [1], { batchSize: 0 }), /batchSize must be an integer of at least 1; got 0/],
  ["seed", () => arrays([1], [1], { seed: 0.5 }), /seed must be a safe integer; got 0.5/],
  ["another option", () => arrays([1], [1], { size: 3 } as Any), /there is no option "size": it is batchSize/],
  ["a split", () => arrays([1, 2], [1, 2]).split(2), /held must be a share in \(0, 1\) or a number.*got 2/],
  ["a tiny split", () => arrays([1, 2], [1, 2]).split(0.01), /held must be a share.*got 0.01/],
])("bad input: %s", (_, call, message) => expect(call).toThrow(message));
