import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { expectEqual, expectNoLeak, formOf, normals } from "../testing/compare";
import { noiseAtoms, separableAtoms } from "../testing/dictionaries";
import { type FactorizedConv1dOptions, factorizedConv1d } from "./factorized-conv1d";

describe("factorizedConv1d", () => {
  const make = (options: Partial<FactorizedConv1dOptions> = {}) =>
    factorizedConv1d({ filters: 6, kernelSize: 4, dictionary: noiseAtoms([4], 3), rank: 3, seed: 5, ...options });

  test.each([
    { columns: 1, padding: "valid", strides: 1, image: [2, 9, 3] },
    { columns: 2, padding: "same", strides: 2, image: [3, 8, 4] },
    { columns: 3, padding: "same", strides: 1, image: [2, 7, 1] },
    { columns: 1, padding: "valid", strides: 1, image: [3, 4, 2] },
  ] as const)("equals a convolution holding W = UV, gradients too: %o", ({ columns, padding, strides, image }) => {
    const depth = image[2];
    for (const order of ["inputs-first", "weights-first", "auto"] as const)
      for (const domain of [[4], [4, depth]]) {
        // The domain [length, channels] has two axes, but the window slides along only one.
        const dictionary = domain.length === 1 ? noiseAtoms(domain, 3) : separableAtoms(domain, 3);
        const layer = make({ columns, padding, strides, order, dictionary, basis: "normalized" });
        expectEqual(layer, normals<tf.Rank.R3>([...image], "x"), {
          form: formOf(domain.length === 1 ? depth : 1, [4, depth, 6]),
          ordinary: (x, w) => tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, strides, padding),
        });
      }
  });

  test("a dilated window: outputs, and the gradient with respect to V inputs first", () => {
    const layer = make({ dilationRate: 2, order: "inputs-first" });
    const x = normals<tf.Rank.R3>([2, 9, 3], "x");
    expectEqual(layer, x, {
      form: formOf(3, [4, 3, 6]),
      ordinary: (at, w) => tf.conv1d(at as tf.Tensor3D, w as tf.Tensor3D, 1, "valid", "NWC", 2),
      by: [],
    });
    expect(Object.keys(tf.variableGrads(() => tf.mean(layer.apply(x) as tf.Tensor)).grads)).toHaveLength(2);
  });

  test("leaks no tensor", () =>
    expectNoLeak(
      () => make({ columns: 2, inputShape: [9, 2] }),
      () => normals<tf.Rank.R3>([2, 9, 2], "x"),
    ));

  test("rejects bad input, naming it", () => {
    expect(() => make({ columns: 4 })).toThrow("factorizedConv1d: columns must divide filters, 6, equally; got 4");
    expect(() => make({ kernelSize: [1, 4] as never })).toThrow(
      "factorizedConv1d: kernelSize must be a number; got [1,4]",
    );
    expect(() => make({ kernelSize: undefined as never })).toThrow(
      RangeError("factorizedConv1d: kernelSize must be a number; got undefined"),
    );
    expect(() => make({ dataFormat: "channelsFirst" } as never)).toThrow(
      'factorizedConv1d: dataFormat must be "channelsLast"; got "channelsFirst"',
    );
    expect(() => make({ padding: "causal" as never })).toThrow('padding must be "valid" or "same"; got "causal"');
    expect(() => make({ strides: 0 })).toThrow("factorizedConv1d: strides must be a positive integer; got 0");
    expect(() => make({ name: "c" }).build([null, 6])).toThrow(
      "factorizedConv1d (layer c): the input must be [batch, time, channels]; got [, 6]",
    );
    expect(() => make({ dictionary: noiseAtoms([4, 2]) }).build([null, 6, 3])).toThrow(
      "must be [4], the window that all channels share, or [4, 3], the whole patch; got [4, 2]",
    );
  });
});
