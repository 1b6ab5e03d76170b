import * as tf from "@tensorflow/tfjs-core";
import { type LayersModel, type layers, loadLayersModel, sequential } from "@tensorflow/tfjs-layers";
import { stream } from "@weightcast/random";
import { expect } from "vitest";

/** Normal numbers, from a separate stream for each name. */
export function normals<R extends tf.Rank>(shape: tf.ShapeMap[R], name: string): tf.Tensor<R> {
  const { normal } = stream(1, name);
  return tf.tensor(Float32Array.from({ length: tf.util.sizeFromShape(shape) }, normal), shape) as tf.Tensor<R>;
}

/** Expects equality within `tolerance` of the largest expected number. */
export function close(actual: tf.Tensor, expected: tf.Tensor, tolerance: number): void {
  expect(actual.shape).toEqual(expected.shape);
  const [a, b] = [actual.dataSync<"float32">(), expected.dataSync<"float32">()];
  const scale = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  expect(scale).toBeGreaterThan(0);
  const furthest = a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
  expect(furthest / scale).toBeLessThan(tolerance);
}

/** Ordinary operation that a layer is compared with, applied to the weights W that the layer stands for. */
export type Ordinary = (x: tf.Tensor, w: tf.Tensor) => tf.Tensor;

/**
 * Compares a layer with the ordinary operation on W, formed by loops from its atoms and V (plus the base): outputs, and the
 * gradients of ⟨output, r⟩, r random, with respect to x, V and b. dV is Uᵀ dW, by loops too.
 * @param form W of U and V, in the order the layer documents; linear in V
 */
export function expectEqual(
  layer: layers.Layer & { atoms(): tf.Tensor2D; weightMatrix(): tf.Tensor; coefficients(): tf.Tensor3D },
  x: tf.Tensor,
  {
    form,
    ordinary,
    by = ["x", "v"],
    base,
  }: { form: Form; ordinary: Ordinary; by?: readonly ("x" | "v")[]; base?: tf.Tensor },
): void {
  tf.tidy(() => {
    layer.apply(x);
    const fixed = layer.getWeights().slice(layer.trainableWeights.length);
    const [v, bias] = layer.trainableWeights.map(({ shape }, i) => normals(shape as number[], i === 0 ? "v" : "b"));
    layer.setWeights([v!, ...(bias ? [bias] : []), ...fixed]);
    const product = form(layer.atoms(), v as tf.Tensor3D);
    const w = base ? tf.add(product, base) : product;
    close(layer.weightMatrix(), w, 2e-6);
    const output = (at: tf.Tensor) => layer.apply(at, { training: true }) as tf.Tensor;
    const expected = (at: tf.Tensor, of: tf.Tensor) => tf.add(ordinary(at, of), bias ?? 0);
    const y = expected(x, w);
    close(output(x), y, 1e-5);
    close(layer.apply(x) as tf.Tensor, y, 1e-5);
    expect(layer.computeOutputShape(x.shape)).toEqual(y.shape);

    const r = normals(y.shape, "r");
    const along = (to: tf.Tensor) => tf.sum(tf.mul(to, r)) as tf.Scalar;
    if (by.includes("x"))
      close(tf.grad((at) => along(output(at)))(x), tf.grad((at) => along(expected(at, w)))(x), 1e-5);
    if (!by.includes("v")) return;
    const { grads } = tf.variableGrads(() => along(output(x)));
    const [dv, db] = layer.trainableWeights.map(({ name, originalName }) => grads[name] ?? grads[originalName]);
    const dw = tf.grad((of) => along(expected(x, of)))(w);
    close(dv!, form.adjoint(layer.atoms(), dw, v!.shape as [number, number, number]), 1e-5);
    if (bias) close(db!, tf.sum(r, [...r.shape.keys()].slice(0, -1)), 1e-5);
  });
}

/** W from U and V, and the gradient with respect to V from the one with respect to W. */
export interface Form {
  (u: tf.Tensor2D, v: tf.Tensor3D): tf.Tensor;
  adjoint(u: tf.Tensor2D, dw: tf.Tensor, shape: readonly [number, number, number]): tf.Tensor;
}

/**
 * W[(i, ch), o] = Σ_a U[i, (j, a)] V[j, (a, ch), o − j·width] by loops, where j is the column of output o.
 * @param channels C' that share U
 * @param shape of W
 */
export function formOf(channels: number, shape: readonly number[]): Form {
  const each = (
    u: tf.Tensor2D,
    [columns, rows, width]: readonly [number, number, number],
    visit: (u: number, v: number, w: number) => void,
  ) => {
    const values = u.dataSync();
    const [inputs, count] = u.shape;
    const rank = rows / channels;
    for (let i = 0; i < inputs; i++)
      for (let ch = 0; ch < channels; ch++)
        for (let j = 0; j < columns; j++)
          for (let a = 0; a < rank; a++)
            for (let o = 0; o < width; o++)
              visit(
                values[i * count + j * rank + a]!,
                (j * rows + a * channels + ch) * width + o,
                (i * channels + ch) * columns * width + j * width + o,
              );
  };
  const form = (u: tf.Tensor2D, v: tf.Tensor3D) => {
    const [from, to] = [v.dataSync(), new Float64Array(tf.util.sizeFromShape([...shape]))];
    each(u, v.shape, (factor, at, w) => {
      to[w]! += factor * from[at]!;
    });
    return tf.tensor(Float32Array.from(to), [...shape]);
  };
  const adjoint: Form["adjoint"] = (u, dw, of) => {
    const [from, to] = [dw.dataSync(), new Float64Array(tf.util.sizeFromShape([...of]))];
    each(u, of, (factor, at, w) => {
      to[at]! += factor * from[w]!;
    });
    return tf.tensor(Float32Array.from(to), [...of]);
  };
  return Object.assign(form, { adjoint });
}

/** Expects no leaked tensor: from a call, from gradients, from what the layer returns, or from a disposed model. */
export function expectNoLeak(
  make: () => layers.Layer & { weightMatrix(): tf.Tensor; glorotSquare(x: never): tf.Scalar },
  input: () => tf.Tensor,
): void {
  tf.tidy(() => {
    const before = tf.memory().numTensors;
    const layer = make();
    const model = sequential({ layers: [layer] });
    const x = tf.keep(input());
    const built = tf.memory().numTensors;
    (model.predict(x) as tf.Tensor).dispose();
    layer.weightMatrix().dispose();
    layer.glorotSquare(x as never).dispose();
    const loss = () => tf.mean(layer.apply(x, { training: true }) as tf.Tensor) as tf.Scalar;
    const { value, grads } = tf.variableGrads(loss);
    tf.dispose([value, grads]);
    expect(tf.memory().numTensors).toBe(built);
    model.dispose();
    x.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
}

/** Names of the kernels that `run` executes, gradients included. */
export async function kernelsOf(run: () => void): Promise<string[]> {
  const { kernels } = await tf.profile(() => {
    run();
    return tf.scalar(0);
  });
  return kernels.map(({ name }) => name);
}

/** File of a model, in memory. */
export async function saved(model: LayersModel): Promise<tf.io.ModelArtifacts> {
  let kept: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      kept = structuredClone(artifacts);
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
    }),
  );
  return kept!;
}

/** Model of a file. */
export const load = (artifacts: tf.io.ModelArtifacts): Promise<LayersModel> =>
  loadLayersModel(tf.io.fromMemory(artifacts));
