import { Matrix, SingularValueDecomposition } from "ml-matrix";
import * as runtime from "onnxruntime-node";
import { expect, test } from "vitest";
import { type OnnxFile, readOnnx } from "../../onnx/read";
import { difference, fixture, flag, floats, normal, runOnnx } from "../../testing/models";
import { candidateOf } from "../curves";
import { transposed } from "../matrix-site";
import { productsOf } from "../within-budget";
import { factorizeOnnx } from "./factorize-onnx";
import { withProducts } from "./rewrite";
import { sitesOf } from "./sites";

const feed = (name: string) => ({
  x: floats(normal(`${name}/x`, 3 * 11 * 12), [1, 3, 11, 12]),
  s: floats(normal(`${name}/s`, 6 * 25), [1, 6, 25]),
});
const feeds = Array.from({ length: 12 }, (_, i) => feed(`${i}`));
const layers = () => readOnnx(fixture("layers.onnx"));
const every = () => true;

/** The file as it is but for the entries of some tensors. */
function withEntries({ source, tensors }: OnnxFile, changed: ReadonlyMap<string, ArrayLike<number>>): Uint8Array {
  const copy = source.slice();
  for (const { name, data } of tensors) {
    const values = changed.get(name);
    if (values) copy.set(new Uint8Array(Float32Array.from(values).buffer), data()!.byteOffset - source.byteOffset);
  }
  return copy;
}

/** Truncated singular value decomposition of the best weights of a rank, by ml-matrix. */
function truncated(weights: Float64Array, cols: number, rank: number): number[] {
  const {
    leftSingularVectors: u,
    diagonal,
    rightSingularVectors: v,
  } = new SingularValueDecomposition(Matrix.from1DArray(weights.length / cols, cols, [...weights]), {
    autoTranspose: true,
  });
  const kept = diagonal.map((value, k) => (k < rank ? value : 0));
  return u.mmul(Matrix.diag(kept)).mmul(v.transpose()).to1DArray();
}

test("the outputs are those of the original with W = U V in place, of each kind of node", async () => {
  const file = layers();
  const {
    bytes,
    layers: made,
    kept,
    weights,
    stages,
  } = await factorizeOnnx(file, { learned: 0.35 }, { layers: every });
  expect(made.map(({ path, op }) => `${op} ${path}`)).toEqual([
    ...["Conv conv/w", "Conv depthwise/w", "Conv point/w", "Gemm gemm/w", "Conv sound/w", "Gemm plain/w"],
    "MatMul matmul/w",
  ]);
  expect(kept).toEqual([
    { path: "grouped/w", reason: "its channels are in 2 groups" },
    { path: "twice", reason: "several nodes read it" },
  ]);
  const sum = (of: "weights" | "stored") => made.reduce((total, layer) => total + layer[of], 0);
  expect(sum("stored")).toBeLessThanOrEqual(0.35 * sum("weights"));
  expect(weights.before - weights.after).toBe(4 * (sum("weights") - sum("stored")));
  expect(stages[0]).toEqual({ cost: sum("weights"), error: 0 });

  const sites = sitesOf(file).sites;
  const formed = new Map(
    made.map(({ path, rank }) => {
      const { inputs, weights: w, tensor } = sites.find((site) => site.path === path)!;
      const outputs = w.length / inputs;
      const best = truncated(w, outputs, rank);
      const asStored = path === "matmul/w" || path === "plain/w" ? best : transposed(best, outputs);
      expect(tensor.shape.reduce((a, b) => a * b)).toBe(asStored.length);
      return [path, asStored];
    }),
  );
  const expected = await runOnnx(withEntries(file, formed), feeds[0]);
  const original = await runOnnx(file.source, feeds[0]);
  const outputs = await runOnnx(bytes, feeds[0]);
  expect(difference(outputs.get("y")!, expected.get("y")!)).toBeLessThan(1e-5);
  expect(difference(outputs.get("y")!, original.get("y")!)).toBeGreaterThan(1e-4);
});

test.each([
  ["layers.onnx", feeds[0]!],
  ["branches.onnx", { x: floats(normal("x", 12), [2, 6]), which: flag(true) }],
  ["branches.onnx", { x: floats(normal("x", 12), [2, 6]), which: flag(false) }],
  ["old.onnx", { x: floats(normal("x", 12), [2, 6]) }],
])("%s: products of full rank change no output", async (name, one) => {
  const file = readOnnx(fixture(name));
  const { sites } = sitesOf(file);
  const candidates = sites.map(candidateOf);
  const full = candidates.map(({ site: { path }, factors }) => ({ path, rank: factors.size }));
  const [before, after] = [file.source, withProducts(file, sites, productsOf(candidates, full))];
  expect(readOnnx(after).tensors.length).toBeGreaterThan(file.tensors.length);
  const [original, outputs] = [await runOnnx(before, one), await runOnnx(after, one)];
  for (const [output, values] of original) expect(difference(outputs.get(output)!, values)).toBeLessThan(1e-5);
});

/** Samples x = z P of old.onnx, y = x W W, with z of two numbers: all inputs lie in a plane. */
const plane = (count: number) => {
  const p = normal("plane", 12);
  return Array.from({ length: count }, (_, i) => {
    const z = normal(`z/${i}`, 4);
    const x = Float32Array.from({ length: 12 }, (__, at) => {
      const [row, col] = [Math.floor(at / 6), at % 6];
      return z[2 * row]! * p[col]! + z[2 * row + 1]! * p[6 + col]!;
    });
    return { x: floats(x, [2, 6]) };
  });
};

test("with samples, rank 2 is enough for inputs in a plane; without, it is not", async () => {
  const file = readOnnx(fixture("old.onnx"));
  const samples = { runtime, feeds: plane(12) };
  const weighted = await factorizeOnnx(file, { learned: 0.7 }, { samples, layers: every });
  expect(weighted.layers).toMatchObject([
    { path: "first", rank: 2, weighted: true },
    { path: "second", rank: 2, weighted: true },
  ]);
  expect(weighted.error).toBeLessThan(1e-5); // the ridge is 1e-3 of the inputs' mean square
  expect(weighted.sensitivity.layers[0]!.points.map(({ rank, measured }) => [rank, measured])).toEqual([
    [1, true],
    [2, false],
  ]);
  const plain = await factorizeOnnx(file, { learned: 0.7 }, { layers: every });
  expect(plain.error).toBeUndefined();
  const fresh = plane(13)[12]!;
  const [y, best, other] = await Promise.all(
    [file.source, weighted.bytes, plain.bytes].map(async (bytes) => (await runOnnx(bytes, fresh)).get("y")!),
  );
  expect(difference(y!, best!)).toBeLessThan(0.02 * difference(y!, other!));
});

test("with samples, a budget of bytes costs less error than without", async () => {
  const file = layers();
  const samples = { runtime, feeds: feeds.slice(0, 10), seed: 1 };
  const seen: string[] = [];
  const budget = { bytes: 14_000 };
  const {
    bytes,
    error,
    weights,
    layers: made,
  } = await factorizeOnnx(file, budget, {
    samples,
    onProgress: ({ path, done, of }) => seen.push(`${path} ${done + 1}/${of}`),
  });
  expect(seen.at(0)).toBe("conv/w 1/7");
  expect(weights.after).toBeLessThanOrEqual(14_000);
  expect(made.every(({ weighted }) => weighted)).toBe(true);
  const plain = await factorizeOnnx(file, budget);
  const fresh = feeds.slice(10);
  const off = async (of: Uint8Array) => {
    const [y, z] = await Promise.all([file.source, of].map((one) => Promise.all(fresh.map((f) => runOnnx(one, f)))));
    return Math.max(...y!.map((run, i) => difference(run.get("y")!, z![i]!.get("y")!)));
  };
  expect(await off(bytes)).toBeLessThan(await off(plain.bytes));
  expect(error).toBeLessThan(0.1);
});

test("the smallest file within an error: the next smaller one has a larger error", async () => {
  const file = layers();
  const samples = { runtime, feeds, seed: 1 };
  const most = 0.05;
  const small = await factorizeOnnx(file, { error: most }, { samples });
  expect(small.error).toBeLessThanOrEqual(most);
  const stored = small.layers.reduce((sum, layer) => sum + layer.stored - layer.weights, small.stages[0]!.cost);
  const place = small.stages.findIndex(({ cost }) => cost === stored);
  expect(place).toBeGreaterThan(0);
  const next = { bytes: small.weights.before - 4 * (small.stages[0]!.cost - small.stages[place + 1]!.cost) };
  const smaller = await factorizeOnnx(file, next, { samples });
  expect(smaller.weights.after).toBeLessThan(small.weights.after);
  expect(smaller.error).toBeGreaterThan(most);
});

test.each([
  ["no such budget", { learned: 2 }, {}, /factorizeOnnx: the budget must be \{ bytes \} above 0/],
  ["an error without samples", { error: 0.1 }, {}, /factorizeOnnx: samples must be given for a budget \{ error \}/],
  [
    "too small an error",
    { error: 1e-9 },
    { samples: { runtime, feeds } },
    /no weights can change with an error of at most 1e-9/,
  ],
  ["too many bytes", { bytes: 1e6 }, {}, /the budget must be below \d+ bytes/],
  ["too few bytes", { bytes: 100 }, {}, /the budget must be at least \d+ bytes/],
  ["few samples", { learned: 0.5 }, { samples: { runtime, feeds: feeds.slice(0, 7) } }, /at least 8 runs.*got 7/],
  ["no weights", { learned: 0.5 }, { layers: () => false }, /must have weights of MatMul, Gemm or Conv.*conv\/w \(few/],
])("%s is refused", async (_, budget, options, message) => {
  await expect(factorizeOnnx(layers(), budget as never, options)).rejects.toThrow(message);
});
