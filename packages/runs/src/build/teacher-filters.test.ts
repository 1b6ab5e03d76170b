import { leading } from "@weightcast/dictionary";
import { filters } from "@weightcast/dictionary-filters";
import type { PredictableLayer } from "@weightcast/models/plans";
import { stream } from "@weightcast/random";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { expect, test } from "vitest";
import { resolveRun } from "../spec";
import { checkNeeds } from "./check-needs";
import { checkOptions } from "./check-options";
import { registerBuiltIns } from "./dictionaries";
import { teacherFilters } from "./teacher-filters";

const conv: PredictableLayer = {
  ...{ name: "conv", kind: "convolution", kernel: [3, 3], channels: 4, filters: 5, input: [8, 8, 4] },
  window: { strides: 1, padding: "same" },
};
const { normal } = stream(3, "teacher");
const weights = Float32Array.from({ length: 9 * 4 * 5 }, () => normal());
/** A model whose only layer has these weights. */
const model = (values: Float32Array, name = "conv", shape = [3, 3, 4, 5]) =>
  ({ layers: [{ name, weights: [{ read: () => ({ shape, dataSync: () => values }) }] }] }) as never;
const spec = (options: Record<string, string | number> = {}, selection = "leading") =>
  ({ weights: "factorized", dictionary: "filters", proportion: 3 / 9, selection, options }) as const;

/** U Uᵀ of columns. */
const projection = (u: Matrix) => u.mmul(u.transpose());
/** Leading eigenvectors of F Fᵀ. */
function eigenvectors(f: Matrix, count: number): Matrix {
  const { realEigenvalues: values, eigenvectorMatrix } = new EigenvalueDecomposition(f.mmul(f.transpose()), {
    assumeSymmetric: true,
  });
  const order = values.map((_, i) => i).sort((a, b) => values[b]! - values[a]!);
  return eigenvectorMatrix.subMatrixColumn(order.slice(0, count));
}

test("atoms are the leading eigenvectors of F Fᵀ, for the filters F of the layer: a basis for each", () => {
  const dictionary = filters([3, 3], teacherFilters(conv, spec(), model(weights)) as never);
  expect(dictionary.size).toBe(3); // no more than are learned
  const { data } = dictionary.atoms(leading(3, 3));
  const made = new Matrix(Array.from({ length: 9 }, (_, i) => [...data.subarray(3 * i, 3 * i + 3)]));
  // Place by place, the weights of all channels and filters are next to each other.
  const f = new Matrix(Array.from({ length: 9 }, (_, i) => [...weights.subarray(20 * i, 20 * i + 20)]));
  expect(Matrix.sub(projection(made), projection(eigenvectors(f, 3))).norm("frobenius")).toBeLessThan(1e-3);
});

test("over channels they are eigenvectors of the channels at every position", () => {
  const patches: PredictableLayer = { ...conv, kernel: [3, 3, 4], channels: 1 };
  const options = teacherFilters(patches, spec({ over: "channels" }), model(weights));
  const { size } = filters([3, 3, 4], options as never);
  expect(size).toBe(9 * 2); // 12 of 36 weights are learned: 2 components at each position hold them
  const basis = filters([4], options as never).atoms([0, 1]).data;
  const made = new Matrix(Array.from({ length: 4 }, (_, i) => [...basis.subarray(2 * i, 2 * i + 2)]));
  const f = new Matrix(
    Array.from({ length: 4 }, (_, c) =>
      Array.from({ length: 45 }, (_, k) => weights[(Math.floor(k / 5) * 4 + c) * 5 + (k % 5)]!),
    ),
  );
  expect(Matrix.sub(projection(made), projection(eigenvectors(f, 2))).norm("frobenius")).toBeLessThan(1e-3);
});

test("all components are there for other choices of atoms, or as many as are asked for", () => {
  const sizeOf = (...args: Parameters<typeof spec>) =>
    filters([3, 3], teacherFilters(conv, spec(...args), model(weights)) as never).size;
  expect([sizeOf({}, "uniform"), sizeOf({ size: 5, bits: 8 })]).toEqual([9, 5]);
});

test("a teacher without the layer, or with another, is refused", () => {
  expect(() => teacherFilters(conv, spec(), model(weights, "other"))).toThrow(
    "the teacher must have a layer conv with filters on this grid, which are taken; it has no such layer",
  );
  const of = (...shape: number[]) => teacherFilters(conv, spec(), model(weights, "conv", shape));
  expect(() => of(2, 2, 9, 5)).toThrow("its weights are 2 × 2 × 9 × 5");
  expect(() => of(3, 60)).toThrow("its weights are 3 × 60");
  // Any number of filters, and the same of a layer that takes its input flat.
  expect(of(3, 3, 20, 1)).toEqual(of(9, 20));
});

test("what is wrong is known before any data is loaded", async () => {
  registerBuiltIns();
  const run = (options: Record<string, string | number>, teacher?: object) =>
    resolveRun({
      network: { model: "lenet5", layers: { conv_1: { ...spec(), options } } },
      ...(teacher && { teacher }),
    });
  expect(() => checkNeeds(run({}))).toThrow(
    'layer conv_1: dictionary "filters" needs atoms, which principalFilters makes, or a teacher, whose filters it takes',
  );
  const taught = { from: "teacher.safetensors", distill: 0 };
  expect(() => checkNeeds(run({}, taught))).not.toThrow();
  await checkOptions([run({ bits: 8, size: 2 }, taught)]);
  const refused = (options: Record<string, string | number>) => expect(checkOptions([run(options, taught)])).rejects;
  await refused({ over: "patch" }).toThrow('layer conv_1, grid 5 × 5: filters: over must be "domain" or "channels"');
  await refused({ sizes: 2 }).toThrow('there is no option "sizes" (did you mean size?)');
  await refused({ bits: 4 }).toThrow("bits must be 8 or 16; got 4");
});
