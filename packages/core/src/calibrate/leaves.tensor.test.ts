import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { describe, expect, test } from "vitest";
import { factorizedConv2d } from "../layers/factorized-conv2d";
import { factorizedDense } from "../layers/factorized-dense";
import { close } from "../testing/compare";
import { noiseAtoms } from "../testing/dictionaries";
import { calibrate } from "./calibrate";
import { leavesOf } from "./leaves";

const { dense, timeDistributed, bidirectional, gru } = tfl.layers;
const names = (model: tfl.layers.Layer) => leavesOf(model).map(({ name }) => name);

describe("leavesOf", () => {
  test("the layers of a model, in order, and a layer itself", () => {
    const model = tfl.sequential({
      layers: [dense({ units: 3, inputShape: [4], name: "a" }), dense({ units: 2, name: "b" })],
    });
    expect(names(model)).toEqual(["a", "b"]);
    expect(leavesOf(model.layers[0]!)).toEqual([model.layers[0]]);
    expect(leavesOf(tfl.sequential())).toEqual([]);
  });

  test("the layers of models within models, in their place", () => {
    const inner = tfl.sequential({ layers: [dense({ units: 3, inputShape: [4], name: "in" })] });
    const middle = tfl.sequential({ layers: [inner, dense({ units: 3, name: "middle" })] });
    expect(names(tfl.sequential({ layers: [middle, dense({ units: 1, name: "out" })] }))).toEqual([
      "in",
      "middle",
      "out",
    ]);
  });

  test("the layers in wrappers: one, a model's, both directions", () => {
    const inner = tfl.sequential({
      layers: [dense({ units: 3, inputShape: [4], name: "in" }), dense({ units: 3, name: "out" })],
    });
    const model = tfl.sequential({
      layers: [
        timeDistributed({ layer: inner, inputShape: [6, 4] }),
        timeDistributed({ layer: dense({ units: 2, name: "each" }) }),
        bidirectional({ layer: gru({ units: 2, name: "g", recurrentInitializer: "zeros" }), mergeMode: "concat" }),
      ],
    });
    expect(names(model)).toEqual(["in", "out", "each", "forward_g", "backward_g"]);
    const [, , , forward] = leavesOf(model);
    expect(forward!.weights.length).toBe(3); // the layers that run, not their template
  });

  test("each layer once, however often it is used", () => {
    const shared = dense({ units: 4, name: "shared" });
    const input = tfl.input({ shape: [4], name: "x" });
    const inner = tfl.model({ inputs: input, outputs: shared.apply(input) as tfl.SymbolicTensor });
    const outputs = shared.apply(inner.apply(input) as tfl.SymbolicTensor) as tfl.SymbolicTensor;
    expect(names(tfl.model({ inputs: input, outputs })).filter((name) => name === "shared")).toHaveLength(1);
  });
});

describe("calibrate scales a layer in TimeDistributed from the inputs of all steps", () => {
  const x = tf.keep(tf.randomNormal([6, 5, 4], 1, 2, "float32", 3));
  const each = () => factorizedDense({ units: 6, columns: 2, dictionary: noiseAtoms([4]), rank: 2, name: "each" });
  const above = () => factorizedDense({ units: 3, dictionary: noiseAtoms([30]), rank: 2, name: "above" });

  test.each(["glorot", "unit"] as const)("as it would alone, on the steps as a batch (%s)", (target) => {
    const [wrapped, alone] = [each(), each()];
    const model = tfl.sequential({
      layers: [timeDistributed({ layer: wrapped, inputShape: [5, 4] }), tfl.layers.flatten(), above()],
    });
    const expected = calibrate(
      tfl.sequential({ layers: [tfl.layers.inputLayer({ inputShape: [4] }), alone] }),
      tf.reshape(x, [30, 4]),
      { target },
    );
    const factors = calibrate(model, x, { target });
    expect(Object.keys(factors)).toEqual(["each", "above"]);
    for (const [j, factor] of expected.each!.entries()) expect(factors.each![j]! / factor).toBeCloseTo(1, 5);
    close(wrapped.coefficients(), alone.coefficients(), 1e-5);
    const y = tf.reshape(tf.sub(model.layers[0]!.apply(x) as tf.Tensor, 0), [30, 2, 3]);
    if (target === "unit") close(tf.mean(tf.square(y), [0, 2]), tf.ones([2]), 1e-5); // no bias yet
  });

  test("under several of them, and of images", () => {
    const images = tf.randomNormal([3, 2, 2, 6, 5, 1], 0, 1, "float32", 4);
    const filter = factorizedConv2d({ filters: 4, kernelSize: 3, dictionary: noiseAtoms([3, 3]), rank: 2, name: "f" });
    const inner = timeDistributed({ layer: filter });
    const model = tfl.sequential({ layers: [timeDistributed({ layer: inner, inputShape: [2, 2, 6, 5, 1] })] });
    expect(Object.keys(calibrate(model, images, { target: "unit" }))).toEqual(["f"]);
    close(tf.mean(tf.square(filter.apply(tf.reshape(images, [12, 6, 5, 1])) as tf.Tensor)), tf.scalar(1), 1e-5);
  });

  test("by its own name; a layer in a model there is refused", () => {
    const model = tfl.sequential({ layers: [timeDistributed({ layer: each(), inputShape: [5, 4], name: "wrapper" })] });
    expect(Object.keys(calibrate(model, x, { layers: ["each"] }))).toEqual(["each"]);
    expect(() => calibrate(model, x, { layers: ["wrapper"] })).toThrow('got "wrapper"; it has each');
    const nested = tfl.sequential({ layers: [tfl.layers.inputLayer({ inputShape: [4] }), each()] });
    const outer = tfl.sequential({ layers: [timeDistributed({ layer: nested, inputShape: [5, 4] })] });
    expect(() => calibrate(outer, x)).toThrow("layer each must be used once, and not in a model within the model");
  });
});
