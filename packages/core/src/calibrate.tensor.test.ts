import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { stream } from "@weightcast/random";
import { describe, expect, test } from "vitest";
import { calibrate } from "./calibrate";
import type { FactorizedDense } from "./factorized-dense";
import { factorizedDense } from "./factorized-dense";
import { noiseAtoms } from "./testing/dictionaries";

describe("calibrate", () => {
  test("gives each column the mean square of a Glorot-initialized dense layer, whose is measured by drawing one", () => {
    const { normal } = stream(4, "smooth");
    // Strongly correlated inputs: a shared offset and little else.
    const rows = Array.from({ length: 200 }, () => {
      const shared = 3 + normal();
      return Array.from({ length: 30 }, () => shared + 0.1 * normal());
    });
    const x = tf.tensor2d(rows);
    const first = factorizedDense({
      units: 800,
      dictionary: noiseAtoms([30]),
      rank: 3,
      columns: 4,
      activation: "sigmoid",
      inputShape: [30],
    });
    const second = factorizedDense({ units: 40, dictionary: noiseAtoms([800]), rank: 6, columns: 2, gain: 3 });
    const model = tfl.sequential({ layers: [first, second] });
    const before = tf.memory().numTensors;
    const factors = calibrate(model, x);
    expect(tf.memory().numTensors).toBe(before);
    expect(Object.keys(factors)).toEqual([first.name, second.name]);
    expect(factors[first.name]).toHaveLength(4);

    const meanSquare = (y: tf.Tensor) => tf.mean(tf.square(y)).dataSync()[0]!;
    const columns = (layer: FactorizedDense, inputs: tf.Tensor2D) =>
      tf.split(layer.preactivation(inputs), layer.columns, 1).map(meanSquare);
    const glorot = (inputs: tf.Tensor2D, units: number) => {
      // Mean over units of (x·w)², w drawn; 20,000 draws bring it within about 2%.
      const draw = stream(8, `dense/${units}`);
      const deviation = Math.sqrt(2 / (inputs.shape[1] + units));
      const w = Float32Array.from({ length: inputs.shape[1] * 20_000 }, () => deviation * draw.normal());
      return meanSquare(tf.matMul(inputs, tf.tensor2d(w, [inputs.shape[1], 20_000])));
    };
    const expectedFirst = glorot(x, 800);
    for (const value of columns(first, x)) expect(Math.abs(value / expectedFirst - 1)).toBeLessThan(0.05);
    const hidden = first.apply(x) as tf.Tensor2D;
    const square = hidden.dataSync<"float32">().reduce((sum, value) => sum + value * value, 0) / 200;
    for (const value of columns(second, hidden)) expect(value / ((square * 2 * 9) / 840)).toBeCloseTo(1, 4);
  });

  test("inputs that tell nothing are refused", () => {
    const layer = factorizedDense({ units: 4, dictionary: noiseAtoms([5]), rank: 2, inputShape: [5] });
    const model = tfl.sequential({ layers: [layer] });
    expect(() => calibrate(model, tf.zeros([3, 5]))).toThrow("give it inputs that are not all zero");
  });

  test("a column that the inputs leave silent stays as it is; the others are scaled", () => {
    const dictionary = {
      ...noiseAtoms([4]),
      atoms: (indices: readonly number[]) => ({ rows: 4, cols: indices.length, data: columnsOf(indices) }),
    };
    const layer = factorizedDense({ units: 4, dictionary, rank: 1, columns: 2, seed: 3, inputShape: [4] });
    const model = tfl.sequential({ layers: [layer] });
    const [a, b] = layer.indices().map(([index]) => index!);
    expect(a).not.toBe(b);
    const x = tf.tensor2d([1, 2, 3, 4].map((value) => [0, 1, 2, 3].map((i) => (i === a ? value : 0))));
    const [first, second] = calibrate(model, x)[layer.name]!;
    expect(second).toBe(1);
    expect(first).toBeGreaterThan(0);
  });

  test("a layer within another model, or used twice, is refused by name", () => {
    const layer = () =>
      factorizedDense({ units: 5, dictionary: noiseAtoms([5]), rank: 2, inputShape: [5], name: "deep" });
    const nested = tfl.sequential({ layers: [tfl.sequential({ layers: [layer()] })] });
    expect(() => calibrate(nested, tf.ones([2, 5]))).toThrow("layer deep must be used once");
    const shared = layer();
    const input = tfl.input({ shape: [5] });
    const twice = tfl.model({ inputs: input, outputs: shared.apply(shared.apply(input)) as tfl.SymbolicTensor });
    expect(() => calibrate(twice, tf.ones([2, 5]))).toThrow("layer deep must be used once");
  });
});

/** Columns of the 4 × 4 identity. */
function columnsOf(indices: readonly number[]): Float32Array {
  const data = new Float32Array(4 * indices.length);
  indices.forEach((index, j) => {
    data[index * indices.length + j] = 1;
  });
  return data;
}
