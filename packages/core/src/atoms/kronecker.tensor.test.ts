import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { dictionaries } from "@weightcast/dictionary";
import { describe, expect, test } from "vitest";
import { calibrate } from "../calibrate/calibrate";
import { type FactorizedDense, factorizedDense } from "../layers/factorized-dense";
import { registerLayers } from "../layers/register";
import { close, load, normals, saved } from "../testing/compare";
import { separable, separableAtoms } from "../testing/dictionaries";

describe("a dictionary with factors is applied axis by axis", () => {
  test.each([
    { domain: [9, 8], rank: 30, columns: 3, selection: "uniform" },
    { domain: [9, 8], rank: 72, columns: 3, selection: "uniform" },
    { domain: [5, 6, 3], rank: 41, columns: 2, selection: "uniform" },
    { domain: [5, 6, 3], rank: 60, columns: 1, selection: "leading" },
    { domain: [4, 1, 7], rank: 26, columns: 2, selection: "uniform" },
  ] as const)(
    "$domain, $columns columns of $rank, $selection: outputs and gradients of a dense layer with weights W",
    ({ domain, rank, columns, selection }) => {
      const inputs = domain.reduce<number>((a, b) => a * b, 1);
      const options = { units: 12, dictionary: separableAtoms(domain), rank, columns, selection, seed: 5 };
      const layer = factorizedDense({ ...options, name: "axes" });
      const formed = factorizedDense({ ...options, order: "weights-first", name: "formed" });
      const dense = tfl.layers.dense({ units: 12 });
      const x = normals([4, inputs], "x") as tf.Tensor2D;
      for (const one of [layer, formed, dense]) one.apply(x);
      expect([layer.fixed().formed, formed.fixed().formed]).toEqual([false, true]);

      // The initial V is the same, because the atoms' lengths are …
      close(layer.getWeights()[0]!, formed.getWeights()[0]!, 1e-6);
      // … and with any V, outputs and gradients are the same.
      layer.setWeights([normals([...layer.getWeights()[0]!.shape], "v"), normals([12], "b")]);
      dense.setWeights([layer.weightMatrix(), layer.getWeights()[1]!]);
      const y = (of: tfl.layers.Layer, at: tf.Tensor) => of.apply(at) as tf.Tensor;
      close(y(layer, x), y(dense, x), 1e-5);

      const r = normals([4, 12], "r");
      const loss = (of: tfl.layers.Layer, at: tf.Tensor) => tf.sum(tf.mul(y(of, at), r)) as tf.Scalar;
      const dx = (of: tfl.layers.Layer) => tf.grad((at) => loss(of, at))(x);
      close(dx(layer), dx(dense), 1e-5);
      const gradient = (of: FactorizedDense) => {
        const [variable] = of.trainableWeights;
        const { grads } = tf.variableGrads(() => loss(of, x));
        return (grads[variable!.name] ?? grads[variable!.originalName])!;
      };
      const before = layer.getWeights();
      formed.setWeights(before);
      close(gradient(layer), gradient(formed), 1e-5);
    },
  );

  test("leaks no tensor, in use or when disposed", () => {
    const before = tf.memory().numTensors;
    const layer = factorizedDense({ units: 6, dictionary: separableAtoms([9, 8]), rank: 30, columns: 3 });
    const x = normals([3, 72], "x");
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

  test("is saved without U, and loads only with the same factors in the same order", async () => {
    registerLayers();
    dictionaries.register(separable);
    const model = tfl.sequential({
      layers: [
        factorizedDense({ units: 6, dictionary: separableAtoms([9, 8]), rank: 30, columns: 3, inputShape: [72] }),
      ],
    });
    const x = normals([3, 72], "x");
    calibrate(model, x);
    const file = await saved(model);
    expect(file.weightSpecs!.map(({ shape }) => shape)).toEqual([[3, 30, 2], [6]]);
    const again = await load(file);
    expect((again.predict(x) as tf.Tensor).dataSync()).toEqual((model.predict(x) as tf.Tensor).dataSync());

    const text = JSON.stringify(file.modelTopology);
    const other = JSON.parse(text.replace('\\"seed\\":0', '\\"seed\\":1'));
    expect(other).not.toEqual(JSON.parse(text));
    await expect(load({ ...file, modelTopology: other })).rejects.toThrow(
      'dictionary "separable" no longer makes the atoms the model was saved with',
    );
  });

  test("a dictionary with 150,528 coordinates forms no U of 4.5 GB", () => {
    const domain = [224, 224, 3];
    const layer = factorizedDense({ units: 4, dictionary: separableAtoms(domain), rank: 7526, selection: "leading" });
    const before = tf.memory().numBytes;
    const model = tfl.sequential({ layers: [tfl.layers.inputLayer({ inputShape: [150_528] }), layer] });
    expect(tf.memory().numBytes - before).toBeLessThan(2 * 224 * 224 * 4 + 9 * 4 + 7526 * 4 + 4 * 7527 * 4 + 100);
    model.dispose();
  });
});
