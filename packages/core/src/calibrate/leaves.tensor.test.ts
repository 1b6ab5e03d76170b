import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { describe, expect, test } from "vitest";
import { factorizedDense } from "../layers/factorized-dense";
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

test("calibrate passes over layers in wrappers", () => {
  const each = factorizedDense({ units: 6, dictionary: noiseAtoms([4]), rank: 2, name: "each" });
  const model = tfl.sequential({
    layers: [
      timeDistributed({ layer: each, inputShape: [5, 4] }),
      tfl.layers.flatten(),
      factorizedDense({ units: 3, dictionary: noiseAtoms([30]), rank: 2, name: "above" }),
    ],
  });
  const before = each.coefficients().dataSync().slice();
  for (const target of ["glorot", "unit"] as const)
    expect(Object.keys(calibrate(model, tf.ones([2, 5, 4]), { target }))).toEqual(["above"]);
  expect(each.coefficients().dataSync()).toEqual(before);
});
