import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { uniform } from "@weightcast/dictionary";
import { describe, expect, test } from "vitest";
import type { Order } from "../parametrization/product";
import { close, normals } from "../testing/compare";
import { noiseAtoms } from "../testing/dictionaries";
import { type FactorizedDense, factorizedDense } from "./factorized-dense";

/** U_1 … U_J, from the index sets that the layer is documented to draw. */
function columnsOf(inputs: number, rank: number, columns: number, seed: number) {
  return Array.from({ length: columns }, (_, j) =>
    noiseAtoms([inputs]).atoms(uniform(inputs, rank, seed, `atoms/${j}`)),
  );
}

describe("factorizedDense equals a dense layer holding W = UV", () => {
  const cases: { columns: number; order: Order; activation: "linear" | "sigmoid" | "relu" }[] = [
    { columns: 1, order: "inputs-first", activation: "linear" },
    { columns: 1, order: "weights-first", activation: "sigmoid" },
    { columns: 4, order: "inputs-first", activation: "sigmoid" },
    { columns: 4, order: "weights-first", activation: "relu" },
    { columns: 6, order: "auto", activation: "sigmoid" },
  ];
  test.each(cases)("$columns columns, $order, $activation: outputs and gradients", ({ columns, order, activation }) => {
    const [batch, inputs, units, rank, seed] = [5, 20, 12, 3, 9];
    const width = units / columns;
    const layer = factorizedDense({ units, dictionary: noiseAtoms([inputs]), rank, columns, order, activation, seed });
    const dense = tfl.layers.dense({ units, activation });
    const x = normals([batch, inputs], "x") as tf.Tensor2D;
    layer.apply(x);
    dense.apply(x);
    const v = normals([columns, rank, width], "v");
    const b = normals([units], "b");
    layer.setWeights([v, b]);
    const us = columnsOf(inputs, rank, columns, seed);
    const vs = v.dataSync();
    const w = new Float32Array(inputs * units);
    us.forEach((u, j) => {
      for (let i = 0; i < inputs; i++)
        for (let h = 0; h < width; h++) {
          let sum = 0;
          for (let k = 0; k < rank; k++) sum += u.data[i * rank + k]! * vs[(j * rank + k) * width + h]!;
          w[i * units + j * width + h] = sum;
        }
    });
    const plain = tf.tensor2d(w, [inputs, units]);
    dense.setWeights([plain, b]);
    close(layer.weightMatrix(), plain, 1e-6);
    close(layer.apply(x) as tf.Tensor, dense.apply(x) as tf.Tensor, 1e-5);

    const r = normals([batch, units], "r");
    const loss = (of: tfl.layers.Layer) => () => tf.sum(tf.mul(of.apply(x) as tf.Tensor, r)) as tf.Scalar;
    const gradients = (of: tfl.layers.Layer) => {
      const { grads } = tf.variableGrads(loss(of));
      return of.trainableWeights.map(({ name, originalName }) => (grads[name] ?? grads[originalName])!);
    };
    const [dv, db] = gradients(layer) as [tf.Tensor, tf.Tensor];
    const [dwDense, dbDense] = gradients(dense) as [tf.Tensor, tf.Tensor];
    const dw = dwDense.dataSync();
    const expected = new Float64Array(columns * rank * width);
    us.forEach((u, j) => {
      for (let k = 0; k < rank; k++)
        for (let h = 0; h < width; h++)
          for (let i = 0; i < inputs; i++)
            expected[(j * rank + k) * width + h]! += u.data[i * rank + k]! * dw[i * units + j * width + h]!;
    });
    close(dv, tf.tensor3d(Float32Array.from(expected), [columns, rank, width]), 1e-5);
    close(db, dbDense, 1e-5);

    const dx = (of: tfl.layers.Layer) => tf.grad((at) => tf.sum(tf.mul(of.apply(at) as tf.Tensor, r)))(x);
    close(dx(layer), dx(dense), 1e-5);
  });
});

describe("factorizedDense", () => {
  const make = (options: Partial<Parameters<typeof factorizedDense>[0]> = {}) =>
    factorizedDense({
      units: 100,
      dictionary: noiseAtoms([40]),
      rank: { proportion: 0.25 },
      columns: 5,
      seed: 3,
      ...options,
    });
  const read = (layer: FactorizedDense) => layer.getWeights().map((weight) => weight.dataSync());

  test("the same seed gives the same layer, another seed a different one", () => {
    const [a, b, c] = [make(), make(), make({ seed: 4 })];
    for (const layer of [a, b, c]) layer.build([null, 40]);
    expect(read(a)).toEqual(read(b));
    expect(a.atoms().dataSync()).toEqual(b.atoms().dataSync());
    expect(a.atoms().dataSync()).not.toEqual(c.atoms().dataSync());
    expect(read(a)[0]).not.toEqual(read(c)[0]);
  });

  test.each([1, 4])(
    "at the start, white inputs get gain² times a Glorot-initialized dense layer's variance (gain %d)",
    (gain) => {
      const layer = make({ units: 1000, columns: 10, gain });
      const x = normals([500, 40], "white") as tf.Tensor2D;
      layer.apply(x);
      const variance = tf.mean(tf.square(layer.preactivation(x))).dataSync()[0]!;
      expect(variance / ((gain ** 2 * 40 * 2) / 1040)).toBeCloseTo(1, 1); // within 5%: 10,000 coefficients
    },
  );

  test("leaks no tensor: in a call, in gradients, or in a disposed model", () => {
    tf.tidy(() => {
      const before = tf.memory().numTensors;
      const layer = make();
      const model = tfl.sequential({ layers: [tfl.layers.inputLayer({ inputShape: [40] }), layer] });
      const x = tf.keep(normals([8, 40], "x"));
      const built = tf.memory().numTensors;
      for (let i = 0; i < 3; i++) {
        (model.predict(x) as tf.Tensor).dispose();
        layer.weightMatrix().dispose();
        const { value, grads } = tf.variableGrads(() => tf.mean(layer.apply(x) as tf.Tensor) as tf.Scalar);
        tf.dispose([value, grads]);
        expect(tf.memory().numTensors).toBe(built);
      }
      model.dispose();
      x.dispose();
      expect(tf.memory().numTensors).toBe(before);
    });
  });

  test("on sequences, every step is multiplied by itself", () => {
    tf.tidy(() => {
      const layer = make();
      const x = normals([3, 5, 40], "x");
      const y = layer.apply(x) as tf.Tensor;
      expect(y.shape).toEqual([3, 5, layer.units]);
      const rows = layer.apply(tf.reshape(x, [15, 40])) as tf.Tensor;
      expect([...y.dataSync()]).toEqual([...rows.dataSync()]);
    });
  });

  test("rejects bad input, naming it", () => {
    expect(() => make({ columns: 3 })).toThrow("factorizedDense: columns must divide units, 100, equally; got 3");
    expect(() => make({ rank: 41 })).toThrow(
      "rank must be an integer in [1, 40], the atoms the dictionary offers; got 41",
    );
    expect(() => make({ rank: 0.05 })).toThrow("write { proportion: 0.05 }");
    expect(() => make({ rank: { proportion: 1.5 } })).toThrow("rank.proportion must be in (0, 1]; got 1.5");
    expect(() => make({ gain: 0 })).toThrow("factorizedDense: gain must be a number above 0; got 0");
    expect(() => make({ order: "input-first" as never })).toThrow(
      'factorizedDense: order must be one of "auto", "inputs-first", "weights-first"; got "input-first"',
    );
    expect(() => make({ units: 0 })).toThrow("factorizedDense: units must be a positive integer; got 0");
    expect(() => make({ name: "a" }).build([null, 39])).toThrow(
      "the dictionary's domain has 40 coordinates; the layer has 39 inputs",
    );
    expect(() => make().build([null, 5, 8])).toThrow("put tf.layers.flatten() before it");
    expect(() => make().atoms()).toThrow("not built yet");
  });
});
