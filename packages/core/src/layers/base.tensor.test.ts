import * as tf from "@tensorflow/tfjs-core";
import { sequential } from "@tensorflow/tfjs-layers";
import { dictionaries } from "@weightcast/dictionary";
import { describe, expect, test } from "vitest";
import { account } from "../account";
import { calibrate } from "../calibrate/calibrate";
import { close, expectEqual, load, normals, saved } from "../testing/compare";
import { noise, noiseAtoms, separable } from "../testing/dictionaries";
import { inputsOf, kinds } from "../testing/kinds";
import { factorizedDense } from "./factorized-dense";
import { registerLayers } from "./register";

const orders = ["inputs-first", "weights-first", "auto"] as const;
/** Whether the engine has the gradients of tf.depthwiseConv2d; wasm lacks them. */
const hasGradients = () => tf.getKernel("DepthwiseConv2dNativeBackpropFilter", tf.getBackend()) !== undefined;

describe.each(kinds)("a base under a $title layer", (kind) => {
  const base = () => normals([...kind.kernel], "base");

  test.each(orders)("%s: W = W₀ + U V, outputs and gradients", (order) =>
    tf.tidy(() => {
      const lacking = kind.title.startsWith("depthwise") && order === "weights-first" && !hasGradients();
      const { form, ordinary } = kind;
      const by = lacking ? [] : (["x", "v"] as const);
      expectEqual(kind.make({ order, base: base() }), inputsOf(kind), { form, ordinary, by, base: base() });
    }),
  );

  test("at the start the layer is the ordinary one with weights W₀", () =>
    tf.tidy(() => {
      const layer = kind.make({ base: base() });
      const x = inputsOf(kind);
      close(layer.apply(x) as tf.Tensor, kind.ordinary(x, base()), 1e-5);
      expect(
        layer
          .coefficients()
          .dataSync()
          .every((value) => value === 0),
      ).toBe(true);
      expect(layer.weights.map(({ originalName }) => originalName.split("/").at(-1))).toEqual([
        "coefficients",
        "bias",
        "base",
      ]);
    }));

  test("is saved and loaded with the model", async () => {
    registerLayers();
    dictionaries.register(noise, separable);
    const model = sequential({ layers: [kind.make({ base: base(), activation: "tanh" })] });
    const layer = model.layers[0] as ReturnType<typeof kind.make>;
    layer.fit(normals([...kind.kernel], "w"));
    const file = await saved(model);
    expect(file.weightSpecs!.map(({ name }) => name.split("/").at(-1))).toEqual(["coefficients", "bias", "base"]);
    const again = await load(file);
    const x = inputsOf(kind);
    expect((again.predict(x) as tf.Tensor).dataSync()).toEqual((model.predict(x) as tf.Tensor).dataSync());
    expect((await saved(again)).modelTopology).toEqual(file.modelTopology);
    expect(account(again).stored).toBe(account(model).stored);
  });
});

describe("a base", () => {
  const make = (base: tf.Tensor, options = {}) =>
    factorizedDense({ units: 6, dictionary: noiseAtoms([20]), rank: 4, inputShape: [20], base, ...options });

  test("is frozen: training changes V and b only", () => {
    const base = normals([20, 6], "base");
    const layer = make(base);
    const x = normals([8, 20], "x");
    layer.apply(x);
    const before = layer.getWeights().map((weight) => [...weight.dataSync()]);
    tf.train.sgd(0.1).minimize(() => tf.mean(tf.square(layer.apply(x, { training: true }) as tf.Tensor)));
    const after = layer.getWeights().map((weight) => [...weight.dataSync()]);
    expect(after.map((values, i) => values.some((value, k) => value !== before[i]![k]))).toEqual([true, true, false]);
  });

  test("is a copy: the given tensor may be disposed, and the model disposes only its own", () => {
    const tensors = tf.memory().numTensors;
    const base = normals([20, 6], "base");
    const model = sequential({ layers: [make(base)] });
    const values = [...base.dataSync()];
    base.dispose();
    const w = (model.layers[0] as ReturnType<typeof make>).weightMatrix();
    expect([...w.dataSync()]).toEqual(values);
    w.dispose();
    model.dispose();
    expect(tf.memory().numTensors).toBe(tensors);
  });

  test("keeps its layer out of calibrate, for either target", () => {
    const model = sequential({
      layers: [
        make(normals([20, 6], "base")),
        factorizedDense({ units: 3, dictionary: noiseAtoms([6]), rank: 2, name: "above" }),
      ],
    });
    const x = normals([8, 20], "x");
    for (const target of ["glorot", "unit"] as const)
      expect(Object.keys(calibrate(model, x, { target }))).toEqual(["above"]);
  });

  test("counts as fixed and stored", () => {
    const model = sequential({ layers: [make(normals([20, 6], "base"), { name: "adapted" })] });
    expect(account(model).layers).toEqual([
      { layer: "adapted", dense: 120, dynamic: 24, static: 80 + 120, stored: 120 },
    ]);
  });

  test("may have atoms of zeros above it, as V needs no scale", () => {
    const dictionary = noiseAtoms([20]);
    const zeros = {
      ...dictionary,
      atoms: (indices: readonly number[]) => ({
        rows: 20,
        cols: indices.length,
        data: new Float32Array(20 * indices.length),
      }),
    };
    const layer = make(normals([20, 6], "base"), { dictionary: zeros });
    expect(() => layer.build([null, 20])).not.toThrow();
  });

  test("rejects bad input, naming it", () => {
    expect(() => make(tf.ones([6, 20]), { name: "a" }).build([null, 20])).toThrow(
      RangeError(
        "factorizedDense (layer a): base must have the shape of the ordinary layer's kernel, [20, 6]; got [6, 20]",
      ),
    );
    const gone = tf.ones([20, 6]);
    gone.dispose();
    expect(() => make(gone, { name: "a" }).build([null, 20])).toThrow(
      "factorizedDense (layer a): base was disposed before the layer was built; dispose it after that",
    );
  });
});
