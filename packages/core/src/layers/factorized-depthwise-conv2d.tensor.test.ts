import * as tf from "@tensorflow/tfjs-core";
import { sequential } from "@tensorflow/tfjs-layers";
import { describe, expect, test } from "vitest";
import { account } from "../account";
import { expectEqual, expectNoLeak, formOf, kernelsOf, normals } from "../testing/compare";
import { noiseAtoms, separableAtoms } from "../testing/dictionaries";
import { type FactorizedDepthwiseConv2dOptions, factorizedDepthwiseConv2d } from "./factorized-depthwise-conv2d";

/** Whether the engine has the gradients of tf.depthwiseConv2d; wasm lacks them. */
const hasGradients = () => tf.getKernel("DepthwiseConv2dNativeBackpropFilter", tf.getBackend()) !== undefined;

const make = (options: Partial<FactorizedDepthwiseConv2dOptions> = {}) =>
  factorizedDepthwiseConv2d({ kernelSize: [3, 2], dictionary: noiseAtoms([3, 2], 3), rank: 4, seed: 5, ...options });

describe("factorizedDepthwiseConv2d equals a depthwise convolution holding W = UV", () => {
  test.each([
    { depthMultiplier: 1, padding: "valid", strides: 1, image: [2, 6, 5, 3] },
    { depthMultiplier: 3, padding: "same", strides: 2, image: [3, 7, 6, 4] },
    { depthMultiplier: 2, padding: "same", strides: 1, image: [2, 4, 5, 1] },
    { depthMultiplier: 2, padding: "valid", strides: 1, image: [3, 3, 2, 4] },
  ] as const)("%o", (options) => {
    const { depthMultiplier, padding, strides, image } = options;
    for (const order of ["inputs-first", "weights-first", "auto"] as const) {
      const layer = make({ depthMultiplier, padding, strides, order });
      const ordinary = (x: tf.Tensor, w: tf.Tensor) =>
        tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, padding);
      const form = formOf(1, [3, 2, image[3], depthMultiplier]);
      // If the engine lacks these gradients there is no oracle for them here; the next test has another.
      expectEqual(layer, normals<tf.Rank.R4>([...image], "x"), {
        form,
        ordinary,
        by: hasGradients() ? ["x", "v"] : [],
      });
    }
  });

  test.each([1, 2] as const)(
    "gradients equal those of a full convolution whose other channels' weights are zero (stride %d)",
    (strides) => {
      const [depth, depthMultiplier] = [3, 2];
      const layer = make({ depthMultiplier, strides, padding: "same" }); // auto: works without depthwise gradients, too
      /** [h, w, C, m] → [h, w, C, C·m], zero except for a channel's own outputs. */
      const spread = (w: tf.Tensor): tf.Tensor4D => {
        const diagonal = tf.reshape(tf.eye(depth), [1, 1, depth, depth, 1]);
        return tf.reshape(tf.mul(tf.expandDims(w, 3), diagonal), [3, 2, depth, depth * depthMultiplier]);
      };
      expectEqual(layer, normals<tf.Rank.R4>([2, 5, 6, depth], "x"), {
        form: formOf(1, [3, 2, depth, depthMultiplier]),
        ordinary: (x, w) => tf.conv2d(x as tf.Tensor4D, spread(w), strides, "same"),
      });
    },
  );

  test("atoms with factors, down and then across", () => {
    const dictionary = separableAtoms([6, 6], 1);
    const layer = make({
      kernelSize: 6,
      dictionary,
      basis: "atoms",
      order: "inputs-first",
      rank: 35,
      depthMultiplier: 2,
    });
    layer.build([null, 8, 7, 3]);
    expect(layer.fixed().formed).toBe(false);
    const form = formOf(1, [6, 6, 3, 2]);
    const ordinary = (x: tf.Tensor, w: tf.Tensor) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "valid");
    expectEqual(layer, normals<tf.Rank.R4>([2, 8, 7, 3], "x"), {
      form,
      ordinary,
      by: hasGradients() ? ["x", "v"] : [],
    });
  });
});

describe("factorizedDepthwiseConv2d", () => {
  test("auto trains on every engine: weights first if it can, inputs first if the engine lacks depthwise gradients", async () => {
    const layer = make();
    const x = normals<tf.Rank.R4>([2, 6, 5, 3], "x");
    const loss = () => tf.mean(layer.apply(x, { training: true }) as tf.Tensor) as tf.Scalar;
    loss();
    const names = await kernelsOf(() => tf.variableGrads(loss));
    expect(names.includes("DepthwiseConv2dNativeBackpropFilter")).toBe(hasGradients());
    expect(names.includes("Conv2D")).toBe(!hasGradients());
    expect(await kernelsOf(() => layer.apply(x))).toContain("DepthwiseConv2dNative");
  });

  test("at the start, white inputs get gain² times the variance of a Glorot-initialized depthwise convolution", () => {
    const layer = make({ gain: 2, depthMultiplier: 40 });
    const white = normals<tf.Rank.R4>([6, 12, 12, 8], "white");
    layer.apply(white);
    const variance = tf.mean(tf.square(layer.preactivation(white))).dataSync()[0]!;
    const glorot = (4 * 6 * 2) / (6 * (8 + 40));
    expect(variance / glorot).toBeCloseTo(1, 0.6); // 1280 coefficients: within 12%
    expect(layer.glorotSquare(white).dataSync()[0]! / glorot).toBeCloseTo(1, 1);
  });

  test("leaks no tensor", () =>
    expectNoLeak(
      () => make({ depthMultiplier: 2, order: "inputs-first", inputShape: [5, 6, 3] }),
      () => normals<tf.Rank.R4>([2, 5, 6, 3], "x"),
    ));

  test("account counts U once", () => {
    const layer = make({ depthMultiplier: 2, inputShape: [5, 6, 3], name: "each" });
    const { layers } = account(sequential({ layers: [layer] }));
    expect(layers).toEqual([{ layer: "each", dense: 36, dynamic: 24, static: 24, stored: 0 }]);
  });

  test("rejects bad input, naming it", () => {
    expect(() => make({ columns: 2 } as never)).toThrow(
      RangeError(
        "factorizedDepthwiseConv2d: columns must be 1, because every channel has its own filters; got 2; leave columns out",
      ),
    );
    expect(() => make({ kernelSize: undefined as never })).toThrow(
      "factorizedDepthwiseConv2d: kernelSize must be a number or [height, width]; got undefined",
    );
    expect(() => make({ dataFormat: "channelsFirst" } as never)).toThrow('dataFormat must be "channelsLast"');
    expect(() => make({ order: "first" as never })).toThrow('order must be one of "auto"');
    expect(() => make({ depthMultiplier: 0 })).toThrow("depthMultiplier must be a positive integer; got 0");
    expect(() => make({ name: "d", dictionary: noiseAtoms([2, 3]) }).build([null, 6, 6, 3])).toThrow(
      "factorizedDepthwiseConv2d (layer d): the dictionary's domain must be [3, 2], the window; got [2, 3]",
    );
    expect(() => make({ dictionary: noiseAtoms([3, 2, 3]) }).build([null, 6, 6, 3])).toThrow("got [3, 2, 3]");
    expect(() => make().build([null, 6, 6])).toThrow("must be [batch, height, width, channels]");
  });
});
