import { expect, test } from "vitest";
import { readOnnx } from "../../onnx/read";
import { exposed } from "../../onnx/write";
import { difference, fixture, floats, normal, runOnnx } from "../../testing/models";
import { transposed } from "../matrix-site";
import { sitesOf } from "./sites";

const feeds = { x: floats(normal("x", 3 * 11 * 12), [1, 3, 11, 12]), s: floats(normal("s", 6 * 25), [1, 6, 25]) };

// Shapes of the inputs and outputs: [channels, places].
test.each([
  ["strides, dilations, uneven padding, two axes", "conv", "x", [3, 11, 12], "a", 24],
  ["automatic padding above, one channel each", "depthwise", "a+", [24, 5, 10], "b", 24],
  ["one position", "point", "c", [20, 5, 5], "d", 32],
  ["automatic padding below, one axis", "sound", "s", [6, 25], "h", 28],
])("%s: patches times W are the outputs of ONNX Runtime", async (_, name, input, shape, output, filters) => {
  const file = readOnnx(fixture("layers.onnx"));
  const { node, tensor, form, inputs, weights } = sitesOf(file).sites.find(({ path }) => path === `${name}/w`)!;
  const results = await runOnnx(exposed(file.model, [...(input in feeds ? [] : [input]), output]), feeds);
  const data =
    input in feeds ? (feeds[input as keyof typeof feeds].data as Float32Array) : Float32Array.from(results.get(input)!);
  const rows = form.rows(node, tensor, { data, shape: [1, ...shape] }, Number.POSITIVE_INFINITY, "all");
  const places = rows.length / inputs / (name === "depthwise" ? filters : 1);
  const bias = file.tensors.find((one) => one.name === `${name}/b`)?.data();
  const offsets = bias ? new Float32Array(bias.slice().buffer) : new Float32Array(filters);
  const filter = transposed(weights, filters); // [filters, inputs]
  const outputs = Array.from({ length: filters * places }, (__, at) => {
    const [m, place] = [Math.floor(at / places), at % places];
    const row = name === "depthwise" ? at : place;
    let sum = offsets[m]!;
    for (let k = 0; k < inputs; k++) sum += filter[m * inputs + k]! * rows[row * inputs + k]!;
    return sum;
  });
  expect(difference(outputs, results.get(output)!)).toBeLessThan(1e-5);
});

test("random places are rows of all places, the same for the same seed", () => {
  const file = readOnnx(fixture("layers.onnx"));
  const { node, tensor, form, inputs } = sitesOf(file).sites.find(({ path }) => path === "conv/w")!;
  const x = { data: feeds.x.data as Float32Array, shape: [1, 3, 11, 12] };
  const rowsOf = (most: number, seed: string) => {
    const rows = form.rows(node, tensor, x, most, seed);
    return Array.from({ length: rows.length / inputs }, (_, row) =>
      rows.slice(row * inputs, (row + 1) * inputs).join(),
    );
  };
  const all = new Set(rowsOf(Number.POSITIVE_INFINITY, ""));
  const some = rowsOf(9, "a");
  expect(some).toHaveLength(9);
  expect(some.every((row) => all.has(row))).toBe(true);
  expect(rowsOf(9, "a")).toEqual(some);
  expect(rowsOf(9, "b")).not.toEqual(some);
});
