import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { dictionaries } from "@weightcast/dictionary";
import { stream } from "@weightcast/random";
import { describe, expect, test } from "vitest";
import { calibrate } from "./calibrate";
import { type FactorizedDense, factorizedDense } from "./factorized-dense";
import { registerLayers } from "./register";
import { separable, separableAtoms } from "./testing/dictionaries";

const values = (shape: number[], name: string) => {
  const { normal } = stream(1, name);
  return tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, normal), shape);
};

const close = (actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number) => {
  const scale = Math.max(...Array.from(expected, Math.abs));
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThan(tolerance * scale);
};

describe("a dictionary with factors is applied axis by axis", () => {
  test.each([
    { domain: [9, 8], rank: 30, columns: 3, selection: "uniform" },
    { domain: [9, 8], rank: 72, columns: 3, selection: "uniform" },
    { domain: [5, 6, 3], rank: 41, columns: 2, selection: "uniform" },
    { domain: [5, 6, 3], rank: 60, columns: 1, selection: "leading" },
    { domain: [4, 1, 7], rank: 26, columns: 2, selection: "uniform" },
  ] as const)(
    "$domain, $columns columns of $rank, $selection: what a dense layer holding W gives, gradients too",
    ({ domain, rank, columns, selection }) => {
      const inputs = domain.reduce<number>((a, b) => a * b, 1);
      const options = { units: 12, dictionary: separableAtoms(domain), rank, columns, selection, seed: 5 };
      const layer = factorizedDense({ ...options, name: "axes" });
      const formed = factorizedDense({ ...options, order: "weights-first", name: "formed" });
      const dense = tfl.layers.dense({ units: 12 });
      const x = values([4, inputs], "x") as tf.Tensor2D;
      for (const one of [layer, formed, dense]) one.apply(x);
      expect([layer.fixed().formed, formed.fixed().formed]).toEqual([false, true]);

      // The same V at the start, since the atoms' lengths are the same …
      close(layer.getWeights()[0]!.dataSync(), formed.getWeights()[0]!.dataSync(), 1e-6);
      // … and with any V the same outputs and gradients.
      layer.setWeights([values([...layer.getWeights()[0]!.shape], "v"), values([12], "b")]);
      dense.setWeights([layer.weightMatrix(), layer.getWeights()[1]!]);
      const y = (of: tfl.layers.Layer, at: tf.Tensor) => of.apply(at) as tf.Tensor;
      close(y(layer, x).dataSync(), y(dense, x).dataSync(), 1e-5);

      const r = values([4, 12], "r");
      const loss = (of: tfl.layers.Layer, at: tf.Tensor) => tf.sum(tf.mul(y(of, at), r)) as tf.Scalar;
      const dx = (of: tfl.layers.Layer) =>
        tf
          .grad((at) => loss(of, at))(x)
          .dataSync();
      close(dx(layer), dx(dense), 1e-5);
      const gradient = (of: FactorizedDense) => {
        const [variable] = of.trainableWeights;
        const { grads } = tf.variableGrads(() => loss(of, x));
        return (grads[variable!.name] ?? grads[variable!.originalName])!.dataSync();
      };
      const before = layer.getWeights();
      formed.setWeights(before);
      close(gradient(layer), gradient(formed), 1e-5);
    },
  );

  test("leaves no tensor behind, neither in use nor when disposed", () => {
    const before = tf.memory().numTensors;
    const layer = factorizedDense({ units: 6, dictionary: separableAtoms([9, 8]), rank: 30, columns: 3 });
    const x = values([3, 72], "x");
    const model = tfl.sequential({ layers: [tfl.layers.inputLayer({ inputShape: [72] }), layer] });
    expect(layer.fixed().formed).toBe(false);
    const built = tf.memory().numTensors;
    (layer.apply(x) as tf.Tensor).dispose();
    layer.atoms().dispose();
    layer.weightMatrix().dispose();
    expect(tf.memory().numTensors).toBe(built);
    model.dispose();
    x.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test("is saved without U, and loaded only with the same factors in the same order", async () => {
    registerLayers();
    dictionaries.register(separable);
    const model = tfl.sequential({
      layers: [
        factorizedDense({ units: 6, dictionary: separableAtoms([9, 8]), rank: 30, columns: 3, inputShape: [72] }),
      ],
    });
    const x = values([3, 72], "x");
    calibrate(model, x);
    let file: tf.io.ModelArtifacts | undefined;
    await model.save(
      tf.io.withSaveHandler(async (artifacts) => {
        file = structuredClone(artifacts);
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
      }),
    );
    expect(file!.weightSpecs!.map(({ shape }) => shape)).toEqual([[3, 30, 2], [6]]);
    const again = await tfl.loadLayersModel(tf.io.fromMemory(file!));
    expect((again.predict(x) as tf.Tensor).dataSync()).toEqual((model.predict(x) as tf.Tensor).dataSync());

    const text = JSON.stringify(file!.modelTopology);
    const other = JSON.parse(text.replace('\\"seed\\":0', '\\"seed\\":1'));
    expect(other).not.toEqual(JSON.parse(text));
    await expect(tfl.loadLayersModel(tf.io.fromMemory({ ...file!, modelTopology: other }))).rejects.toThrow(
      'dictionary "separable" no longer makes the atoms the model was saved with',
    );
  });

  test("a dictionary of 150,528 coordinates: no U of 4.5 GB", () => {
    const domain = [224, 224, 3];
    const layer = factorizedDense({ units: 4, dictionary: separableAtoms(domain), rank: 7526, selection: "leading" });
    const before = tf.memory().numBytes;
    const model = tfl.sequential({ layers: [tfl.layers.inputLayer({ inputShape: [150_528] }), layer] });
    expect(tf.memory().numBytes - before).toBeLessThan(2 * 224 * 224 * 4 + 9 * 4 + 7526 * 4 + 4 * 7527 * 4 + 100);
    model.dispose();
  });
});
