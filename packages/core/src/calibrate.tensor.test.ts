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
});
