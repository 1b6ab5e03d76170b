import * as tf from "@tensorflow/tfjs-core";
import { loadLayersModel, sequential } from "@tensorflow/tfjs-layers";
import { dictionaries } from "@weightcast/dictionary";
import { beforeAll, describe, expect, test } from "vitest";
import { account } from "../account";
import { calibrate } from "../calibrate/calibrate";
import { normals } from "../testing/compare";
import { noise, noiseAtoms } from "../testing/dictionaries";
import { type FactorizedConv2dOptions, factorizedConv2d } from "./factorized-conv2d";
import { registerLayers } from "./register";

const layer = (options: Partial<FactorizedConv2dOptions> = {}) =>
  factorizedConv2d({
    ...{ filters: 4, kernelSize: [3, 2], padding: "same", strides: 2, seed: 5, name: "mixed" },
    ...{ dictionary: noiseAtoms([3, 2]), rank: 3, mapActivation: "relu" },
    ...options,
  });

/** h(x ∗ U) V + b by one convolution for each atom and channel. */
function byHand(of: ReturnType<typeof layer>, x: tf.Tensor4D, activation: (z: tf.Tensor) => tf.Tensor): tf.Tensor {
  const channels = x.shape[3];
  const u = tf.reshape(of.atoms(), [3, 2, of.rank]);
  const v = tf.reshape(of.coefficients(), [of.rank, channels, of.filters]);
  const sums = Array.from({ length: of.rank * channels }, (_, i) => {
    const [atom, channel] = [Math.floor(i / channels), i % channels];
    const filter = tf.reshape<tf.Rank.R4>(tf.slice(u, [0, 0, atom], [3, 2, 1]), [3, 2, 1, 1]);
    const map = tf.conv2d(tf.slice(x, [0, 0, 0, channel], [-1, -1, -1, 1]), filter, 2, "same");
    return tf.mul(activation(map), tf.reshape(tf.slice(v, [atom, channel, 0], [1, 1, -1]), [1, 1, 1, of.filters]));
  });
  return tf.add(tf.addN(sums), of.getWeights()[1]!);
}

const close = (a: tf.Tensor, b: tf.Tensor, tolerance = 1e-4) => {
  expect(a.shape).toEqual(b.shape);
  expect(tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]).toBeLessThan(tolerance);
};

describe("factorizedConv2d with mapActivation", () => {
  beforeAll(() => {
    registerLayers();
    dictionaries.register(noise);
  });
  const x = () => normals<tf.Rank.R4>([2, 7, 6, 3], "x");

  test.each([
    ["relu", tf.relu],
    ["tanh", tf.tanh],
  ] as const)("%s of every atom's map of every channel, then V, then the bias", (mapActivation, activation) => {
    const one = layer({ mapActivation });
    const y = one.apply(x()) as tf.Tensor;
    one.setWeights([one.getWeights()[0]!, tf.tensor1d([1, -2, 3, 0.5])]);
    close(one.apply(x()) as tf.Tensor, byHand(one, x(), activation));
    expect(y.shape).toEqual([2, 4, 3, 4]);
  });

  test("linear, it is the same layer without the option", () => {
    const [one, plain] = [
      layer({ mapActivation: "linear" }),
      factorizedConv2d({
        ...{ filters: 4, kernelSize: [3, 2], padding: "same", strides: 2, seed: 5 },
        ...{ dictionary: noiseAtoms([3, 2]), rank: 3 },
      }),
    ];
    close(one.apply(x()) as tf.Tensor, plain.apply(x()) as tf.Tensor);
  });

  test("gradients with respect to V and the input are those of the sum by hand", () => {
    const one = layer();
    one.apply(x());
    const v = one.weights[0]!.read() as tf.Variable;
    const loss = (y: tf.Tensor) => tf.mean(tf.square(y)) as tf.Scalar;
    const expected = tf.variableGrads(() => loss(byHand(one, x(), tf.relu)), [v]).grads[v.name]!;
    close(tf.variableGrads(() => loss(one.apply(x()) as tf.Tensor), [v]).grads[v.name]!, expected);
    const ofInput = (f: (z: tf.Tensor4D) => tf.Tensor) => tf.grad((z) => loss(f(z as tf.Tensor4D)))(x());
    close(
      ofInput((z) => one.preactivation(z)),
      ofInput((z) => byHand(one, z, tf.relu)),
    );
  });

  test("it learns n_α·C·filters weights, is scaled to its inputs, and comes back from a file as it was", async () => {
    const one = layer({ inputShape: [7, 6, 3] });
    const model = sequential({ layers: [one] });
    expect(account(model)).toMatchObject({ dense: 6 * 3 * 4, dynamic: 3 * 3 * 4, static: 6 * 3, stored: 0 });
    calibrate(model, x(), { target: "unit" });
    expect(tf.mean(tf.square(one.preactivation(x()))).dataSync()[0]).toBeCloseTo(1, 4);
    let saved: tf.io.ModelArtifacts | undefined;
    await model.save(
      tf.io.withSaveHandler(async (artifacts) => {
        saved = structuredClone(artifacts);
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
      }),
    );
    const again = await loadLayersModel(tf.io.fromMemory(saved!));
    expect((again.predict(x()) as tf.Tensor).dataSync()).toEqual((model.predict(x()) as tf.Tensor).dataSync());
  });

  test("there is no W, and options that need one are refused", () => {
    const one = layer();
    one.apply(x());
    for (const run of [
      () => one.weightMatrix(),
      () => one.merge(),
      () => one.standsFor(),
      () => one.fit(tf.zeros([3, 2, 3, 4])),
    ])
      expect(run).toThrow("factorizedConv2d (layer mixed): there is no W with mapActivation");
    expect(() => layer({ columns: 2 })).toThrow("with mapActivation, columns must be 1; got 2");
    expect(() => layer({ order: "weights-first" })).toThrow('order must be "auto" or "inputs-first"');
    expect(() => layer({ base: tf.zeros([3, 2, 3, 4]) })).toThrow("base must be absent");
    expect(() => layer({ dictionary: noiseAtoms([3, 2, 3]) })).toThrow("domain must be the window, [height, width]");
    expect(() => layer({ mapActivation: "wrong" as never })).toThrow("wrong");
  });
});
