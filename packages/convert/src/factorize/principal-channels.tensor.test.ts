import * as tf from "@tensorflow/tfjs-core";
import { type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { normals } from "../testing/models";
import { factorize } from "./factorize";
import { principalChannels } from "./principal-channels";

/** A convolution of 8 channels whose filters see 3 combinations of them only, at every position others. */
function fewCombinations(): LayersModel {
  const model = sequential({
    layers: [layers.conv2d({ filters: 6, kernelSize: 3, inputShape: [8, 8, 8], padding: "same", name: "conv" })],
  });
  tf.tidy(() => {
    const combined = tf.matMul(normals([8, 3], "combinations"), normals([3, 9 * 6], "filters"));
    const kernel = tf.transpose(tf.reshape(combined, [8, 3, 3, 6]), [1, 2, 0, 3]);
    model.setWeights([kernel, normals([6], "bias")]);
  });
  return model;
}

describe("principalChannels", () => {
  test("as many components as the filters see combinations hold the layer", async () => {
    const model = fewCombinations();
    for (const samples of [undefined, normals([20, 8, 8, 8], "x")]) {
      const choose = { dictionary: principalChannels(3 / 8), rank: 27 };
      const { layers: reports, model: small } = await factorize(
        model,
        { conv: choose },
        { ridge: 0, ...(samples && { samples }) },
      );
      expect(reports[0]).toMatchObject({ dictionary: "filters", rank: 27, learned: 27 * 6 });
      expect(reports[0]!.left).toBeLessThan(1e-7);
      small.dispose();
    }
    const fewer = { dictionary: principalChannels(2 / 8), rank: 18 };
    const two = await factorize(model, { conv: fewer });
    // The least that two directions of the channels can leave: the third singular value of [channels, positions · filters].
    const w = model.layers[0]!.getWeights()[0]!.dataSync();
    const gram = Array.from({ length: 8 }, (_, i) =>
      Array.from({ length: 8 }, (_, j) => {
        let sum = 0;
        for (let p = 0; p < 9; p++)
          for (let o = 0; o < 6; o++) sum += w[(p * 8 + i) * 6 + o]! * w[(p * 8 + j) * 6 + o]!;
        return sum;
      }),
    );
    const values = new EigenvalueDecomposition(new Matrix(gram)).realEigenvalues.toSorted((a, b) => b - a);
    const total = values.reduce((sum, value) => sum + value, 0);
    expect(two.layers[0]!.left).toBeCloseTo(values[2]! / total, 5);
    two.model.dispose();
    model.dispose();
  });

  test("a layer that has no channels to combine is refused where it is chosen", async () => {
    const model = sequential({ layers: [layers.dense({ units: 4, inputShape: [8], name: "dense" })] });
    await expect(factorize(model, { dense: { dictionary: principalChannels(0.5), rank: 2 } })).rejects.toThrow(
      "factorize (layer dense): the chosen dictionary has no atoms for this layer; choose another one, or leave the layer out",
    );
    for (const proportion of [0, 1, Number.NaN])
      expect(() => principalChannels(proportion)).toThrow(/the proportion must be in \(0, 1\)/);
    model.dispose();
  });
});
