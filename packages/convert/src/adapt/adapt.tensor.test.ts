import * as tf from "@tensorflow/tfjs-core";
import { type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import { type AdaptedLayer, type AdapterForm, full, lora, oneSided, sparse, twoSided, vera } from "@weightcast/core";
import { fourier } from "@weightcast/dictionary-fourier";
import { kernel } from "@weightcast/dictionary-kernel";
import { gaussian } from "@weightcast/dictionary-random";
import { wavelet } from "@weightcast/dictionary-wavelet";
import { stream } from "@weightcast/random";
import { describe, expect, test } from "vitest";
import { placedIn } from "../model/parts";
import { difference, fill, inputsOf, normals, numbers, outputsOf } from "../testing/models";
import { adapt } from "./adapt";
import type { Adapted } from "./adapted";

/** Layers of a kind of their own, with the shape of their inputs. */
const kinds: readonly [string, () => LayersModel][] = [
  ["dense", () => sequential({ layers: [layers.dense({ units: 6, inputShape: [8], name: "a", activation: "tanh" })] })],
  ["dense at every step", () => sequential({ layers: [layers.dense({ units: 6, inputShape: [3, 8], name: "a" })] })],
  [
    "conv1d",
    () => sequential({ layers: [layers.conv1d({ filters: 4, kernelSize: 3, inputShape: [7, 2], name: "a" })] }),
  ],
  [
    "conv2d 1×1",
    () => sequential({ layers: [layers.conv2d({ filters: 4, kernelSize: 1, inputShape: [3, 3, 6], name: "a" })] }),
  ],
  [
    "conv2d",
    () =>
      sequential({
        layers: [
          layers.conv2d({
            filters: 4,
            kernelSize: [3, 2],
            strides: 2,
            padding: "same",
            inputShape: [5, 6, 2],
            name: "a",
          }),
        ],
      }),
  ],
  [
    "depthwise",
    () =>
      sequential({
        layers: [
          layers.depthwiseConv2d({
            kernelSize: 3,
            depthMultiplier: 2,
            inputShape: [5, 4, 3],
            name: "a",
            useBias: false,
          }),
        ],
      }),
  ],
];

const forms: readonly [string, AdapterForm][] = [
  ["lora", lora({ rank: 2, alpha: 3, seed: 1 })],
  ["one-sided, kernel", oneSided({ dictionary: kernel, rank: 3, scale: 0.5 })],
  [
    "two-sided, random",
    twoSided({ inputs: { dictionary: gaussian, rank: 3 }, outputs: { dictionary: gaussian, rank: 2 } }),
  ],
  ["sparse, fourier", sparse({ dictionary: fourier, entries: 5, seed: 3, scale: 2 })],
  ["sparse, wavelet", sparse({ dictionary: wavelet, entries: { proportion: 0.2 }, selection: "leading" })],
  ["sparse, without factors", sparse({ dictionary: gaussian, entries: 4 })],
  ["vera", vera({ rank: 7, start: 0.2, scale: 0.5, seed: 2 })],
  ["full", full()],
];

/** W₀ + s ΔW by loops in float64, from the dictionaries' own atoms. */
function byHand(adapted: Adapted, form: AdapterForm): number[] {
  const [{ layer }] = placedIn(adapted.model) as unknown as [{ layer: AdaptedLayer }];
  const base = layer.base.weights[0]!;
  const shape = base.shape as number[];
  const depthwise = layer.base.getClassName() === "DepthwiseConv2D";
  const m = depthwise ? shape.at(-2)! * shape.at(-1)! : shape.at(-1)!;
  const n = tf.util.sizeFromShape(shape) / m;
  const w = Float64Array.from(base.read().dataSync());
  const values = layer.adapterWeights(adapted.active!);
  const c = values.get("coefficients")?.dataSync();
  const { term } = layer.adapter(adapted.active!)!;
  const add = (
    scale: number,
    rank: number,
    left: (i: number, k: number) => number,
    right: (k: number, j: number) => number,
  ) => {
    for (let i = 0; i < n; i++)
      for (let j = 0; j < m; j++) for (let k = 0; k < rank; k++) w[i * m + j]! += scale * left(i, k) * right(k, j);
  };
  const atoms = (source: unknown, domain: number[], indices: readonly number[], basis: boolean) => {
    const u = (source as typeof fourier)(domain).atoms(indices);
    if (!basis) return (i: number, k: number) => u.data[i * u.cols + k]!;
    return orthonormal(u);
  };
  const { form: kind } = form;
  if (kind === "full") return numbers(values.get("kernel")!);
  if (kind === "lora" && term.form === "lora") {
    const [a, b] = [values.get("left")!.dataSync(), values.get("right")!.dataSync()];
    add(
      3 / 2,
      term.rank,
      (i, k) => a[i * term.rank + k]!,
      (k, j) => b[k * m + j]!,
    );
  } else if (kind === "one-sided" && term.form === "one-sided") {
    const { recipe, rank } = term.inputs;
    const indices = uniformOf(recipe.size, rank, 0);
    add(0.5, rank, atoms(form.dictionary, [...recipe.domain], indices, true), (k, j) => c![k * m + j]!);
  } else if (kind === "two-sided" && term.form === "two-sided") {
    const [r, q] = [term.inputs.rank, term.outputs.rank];
    const u = atoms(gaussian, [...term.inputs.recipe.domain], uniformOf(term.inputs.recipe.size, r, 0), true);
    const v = atoms(gaussian, [m], uniformOf(m, q, 0), true);
    for (let l = 0; l < q; l++) add(1, r, u, (k, j) => c![k * q + l]! * v(j, l));
  } else if (kind === "sparse" && term.form === "sparse") {
    const { rank, selection, recipe } = term.grid;
    const indices = selection === "leading" ? [...Array(rank).keys()] : uniformOf(recipe.size, rank, form.seed ?? 0);
    const d = atoms(form.dictionary, [n, m], indices, false);
    for (let e = 0; e < n * m; e++) for (let k = 0; k < rank; k++) w[e]! += (form.scale ?? 1) * c![k]! * d(e, k);
  } else if (kind === "vera" && term.form === "vera") {
    const [d, b] = [values.get("inner")!.dataSync(), values.get("outer")!.dataSync()];
    const [left, right] = [drawn("vera/A", n * 7, Math.sqrt(6 / n)), drawn("vera/B", 7 * m, Math.sqrt(6 / 7))];
    add(
      0.5,
      7,
      (i, k) => left[i * 7 + k]! * d[k]!,
      (k, j) => right[k * m + j]! * b[j]!,
    );
  } else expect.fail(kind);
  return [...w];
}

/** Uniform numbers of seed 2 in ±range, as float32. */
const drawn = (name: string, count: number, range: number): Float32Array => {
  const { uniform } = stream(2, name);
  return Float32Array.from({ length: count }, () => range * (2 * uniform() - 1));
};

/** Indices that a layer with one column draws, by the stream that the documentation names. */
const uniformOf = (size: number, count: number, seed: number): number[] =>
  count === size
    ? [...Array(size).keys()]
    : [...stream(seed, "atoms/0").permutation(size).subarray(0, count)].sort((a, b) => a - b);

/** Gram–Schmidt by loops. */
function orthonormal({ rows, cols, data }: { rows: number; cols: number; data: ArrayLike<number> }) {
  const q = Array.from({ length: cols }, (_, k) => Array.from({ length: rows }, (_, i) => data[i * cols + k]!));
  const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  for (const [k, atom] of q.entries()) {
    for (let pass = 0; pass < 2; pass++)
      for (const other of q.slice(0, k)) {
        const along = dot(atom, other);
        for (const i of atom.keys()) atom[i]! -= along * other[i]!;
      }
    const length = Math.sqrt(dot(atom, atom));
    for (const i of atom.keys()) atom[i]! /= length;
  }
  return (i: number, k: number) => q[k]![i]!;
}

describe.each(kinds)("%s", (_, make) => {
  test.each(forms)(
    "%s: the base at first; then W₀ + ΔW by loops, in a merged model, too, and gradients by differences",
    (_, form) => {
      const model = make();
      const adapted = adapt(model, { a: form });
      const shapes = adapted.model.trainableWeights.map(({ shape }) => shape as number[]);
      expect(outputsOf(adapted.model)).toEqual(outputsOf(model));
      expect(adapted.learned("default")).toBe(shapes.reduce((sum, shape) => sum + tf.util.sizeFromShape(shape), 0));

      fill(adapted.model);
      const merged = adapted.merge();
      expect(merged.layers[0]!.getClassName()).toBe(model.layers[0]!.getClassName());
      expect(difference(numbers(merged.layers[0]!.getWeights()[0]!), byHand(adapted, form))).toBeLessThan(1e-6);
      expect(difference(outputsOf(adapted.model), outputsOf(merged))).toBeLessThan(1e-6);
      expect(outputsOf(adapted.unload())).toEqual(outputsOf(model));

      const r = normals([3, ...(model.outputs[0]!.shape.slice(1) as number[])], "r");
      const x = inputsOf(model)[0]!;
      const loss = () =>
        tf.tidy(() => tf.sum(tf.mul(adapted.model.apply(x, { training: true }) as tf.Tensor, r)) as tf.Scalar);
      const { grads } = tf.variableGrads(loss);
      for (const weight of adapted.model.trainableWeights) {
        const gradient = grads[weight.name] ?? grads[weight.originalName]!;
        const direction = normals(weight.shape as number[], weight.originalName);
        const [value, h] = [tf.clone(weight.read()), 0.01];
        const at = (step: number) => {
          weight.write(tf.add(value, tf.mul(direction, step)));
          return loss().dataSync()[0]!;
        };
        const slope = (at(h) - at(-h)) / (2 * h);
        at(0);
        const expected = tf.sum(tf.mul(gradient, direction)).dataSync()[0]!;
        const size = Math.max(...numbers(tf.abs(gradient))) * Math.max(...numbers(tf.abs(direction)));
        expect(Math.abs(slope - expected) / size).toBeLessThan(0.02);
      }
    },
  );
});
