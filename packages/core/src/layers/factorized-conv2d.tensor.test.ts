import * as tf from "@tensorflow/tfjs-core";
import { sequential } from "@tensorflow/tfjs-layers";
import { describe, expect, test } from "vitest";
import { account } from "../account";
import type { Order } from "../parametrization/product";
import { expectEqual, formOf, kernelsOf, normals } from "../testing/compare";
import { noiseAtoms, separableAtoms } from "../testing/dictionaries";
import { type FactorizedConv2dOptions, factorizedConv2d } from "./factorized-conv2d";

const orders: readonly Order[] = ["inputs-first", "weights-first", "auto"];

type Options = Omit<FactorizedConv2dOptions, "dictionary" | "rank" | "kernelSize"> & { kernelSize: [number, number] };

/** Compares a layer with the tf.conv2d it stands for, on images [batch, height, width, channels]. */
function compare(options: Options, image: [number, number, number, number], rank: number, whole = false): void {
  const { kernelSize, strides = 1, padding = "valid", dilationRate = 1, filters } = options;
  const depth = image[3];
  const dictionary = noiseAtoms(whole ? [...kernelSize, depth] : kernelSize, 3);
  const layer = factorizedConv2d({ ...options, dictionary, rank, seed: 5 });
  const pair = (size: number | readonly [number, number]): [number, number] =>
    typeof size === "number" ? [size, size] : [...size];
  expectEqual(layer, normals<tf.Rank.R4>(image, "x"), {
    form: formOf(whole ? 1 : depth, [...kernelSize, depth, filters]),
    ordinary: (x, w) =>
      tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, pair(strides), padding, "NHWC", pair(dilationRate)),
  });
}

describe("factorizedConv2d equals a convolution holding W = UV, gradients too", () => {
  describe.each(orders)("%s", (order) => {
    test.each([
      // Even and odd windows and images, differing axes, one and many channels, columns, with and without bias.
      { options: { filters: 4, kernelSize: [3, 3] }, image: [2, 7, 6, 3], rank: 4 },
      { options: { filters: 6, kernelSize: [2, 3], columns: 2 }, image: [2, 5, 7, 4], rank: 3 },
      { options: { filters: 4, kernelSize: [3, 2], strides: 2 }, image: [2, 7, 9, 3], rank: 5 },
      { options: { filters: 4, kernelSize: [4, 4], padding: "same" }, image: [2, 7, 5, 3], rank: 7 },
      {
        options: { filters: 6, kernelSize: [3, 3], padding: "same", strides: 2, columns: 2 },
        image: [2, 8, 7, 4],
        rank: 2,
      },
      { options: { filters: 4, kernelSize: [5, 3], padding: "same" }, image: [2, 6, 6, 1], rank: 6 },
      { options: { filters: 4, kernelSize: [3, 3], columns: 2 }, image: [3, 5, 5, 1], rank: 3 },
      { options: { filters: 3, kernelSize: [2, 2], strides: [2, 1], useBias: false }, image: [2, 6, 5, 2], rank: 3 },
    ] as { options: Options; image: [number, number, number, number]; rank: number }[])(
      "$image, $options, rank $rank: U shared by the channels, and over whole patches",
      ({ options, image, rank }) => {
        compare({ ...options, order }, image, rank);
        compare({ ...options, order }, image, rank, true);
      },
    );

    test.each([
      { options: { filters: 6, kernelSize: [5, 4], columns: 2 }, image: [3, 5, 4, 3], rank: 4 },
      { options: { filters: 4, kernelSize: [5, 4], padding: "same", strides: 5 }, image: [3, 5, 4, 2], rank: 7 },
    ] as { options: Options; image: [number, number, number, number]; rank: number }[])(
      "a window of the whole image, $options: no convolution runs",
      async ({ options, image, rank }) => {
        for (const whole of [false, true]) compare({ ...options, order }, image, rank, whole);
        const layer = factorizedConv2d({ ...options, order, dictionary: noiseAtoms(options.kernelSize), rank });
        const x = normals<tf.Rank.R4>(image, "x");
        layer.build(image);
        expect((await kernelsOf(() => layer.apply(x))).filter((name) => name.includes("Conv2D"))).toEqual([]);
      },
    );
  });

  test.each([
    { columns: 1, rank: 16, padding: "valid", strides: 1, image: [2, 9, 10, 3] },
    { columns: 1, rank: 13, padding: "valid", strides: [1, 2], image: [2, 9, 10, 1] },
    { columns: 2, rank: 13, padding: "same", strides: [2, 1], image: [2, 7, 6, 3] },
    { columns: 2, rank: 13, padding: "valid", strides: 1, image: [2, 8, 7, 2] },
  ] as const)("atoms with factors, down and then across: %o", ({ columns, rank, padding, strides, image }) => {
    const kernelSize = [8, 7] as const;
    const depth = image[3];
    const dictionary = separableAtoms(kernelSize, 2);
    // Atoms of the first four columns of each factor: 8·4 + 7·16 multiplications per place, instead of 56·13.
    const near = [...Array(56).keys()].filter((index) => {
      const place = dictionary.permutation![index]!;
      return place < 28 && place % 7 < 4;
    });
    const selection = Array.from({ length: columns }, (_, j) => near.slice(j, j + rank));
    const common = { filters: 4, kernelSize, strides, padding, dictionary, selection, columns, rank } as const;
    const layer = factorizedConv2d({ ...common, basis: "atoms", order: "inputs-first" });
    layer.build([...image]);
    expect(layer.fixed().formed).toBe(false);
    expectEqual(layer, normals<tf.Rank.R4>([...image], "x"), {
      form: formOf(depth, [...kernelSize, depth, 4]),
      ordinary: (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides === 1 ? 1 : [...strides], padding),
    });
    // In any basis other than the atoms, U is no product of factors; and auto forms U.
    for (const other of [{ order: "inputs-first" }, { basis: "atoms" }] as const) {
      const formed = factorizedConv2d({ ...common, ...other });
      formed.build([...image]);
      expect(formed.fixed().formed).toBe(true);
    }
  });
});

describe("factorizedConv2d", () => {
  const make = (options: Partial<FactorizedConv2dOptions> = {}) =>
    factorizedConv2d({ filters: 6, kernelSize: 3, dictionary: noiseAtoms([3, 3]), rank: 4, seed: 3, ...options });
  const x = () => normals<tf.Rank.R4>([2, 6, 7, 5], "x");

  test("inputs first computes no gradient of a filter; weights first does", async () => {
    const filterGradients = async (order: Order) => {
      const layer = make({ order });
      const first = make({ order, filters: 5, padding: "same" });
      const loss = () => tf.mean(layer.apply(first.apply(x())) as tf.Tensor) as tf.Scalar;
      loss(); // builds them
      const names = await kernelsOf(() => tf.variableGrads(loss));
      return names.filter((name) => name === "Conv2DBackpropFilter").length;
    };
    expect([await filterGradients("inputs-first"), await filterGradients("weights-first")]).toEqual([0, 2]);
  });

  test("auto counts multiplications: in training, 5% of an 8×8 window goes inputs first, all of a 3×3 window weights first", async () => {
    const convolved = async (kernelSize: number, rank: number) => {
      const layer = make({ kernelSize, dictionary: noiseAtoms([kernelSize, kernelSize]), rank, filters: 64 });
      const image = normals<tf.Rank.R4>([4, 10, 10, 8], "x");
      layer.apply(image);
      const { kernels } = await tf.profile(() => layer.apply(image, { training: true }) as tf.Tensor);
      return kernels.find(({ name }) => name === "Conv2D")!.inputShapes[0];
    };
    expect([await convolved(8, 3), await convolved(3, 9)]).toEqual([
      [32, 10, 10, 1],
      [4, 10, 10, 8],
    ]);
  });

  test.each(["inputs-first", "weights-first"] as const)(
    "a dilated window, %s: outputs, and the gradient with respect to V inputs first",
    (order) => {
      const layer = make({ order, dilationRate: [2, 1] });
      expectEqual(layer, x(), {
        form: formOf(5, [3, 3, 5, 6]),
        ordinary: (at, w) => tf.conv2d(at as tf.Tensor4D, w as tf.Tensor4D, 1, "valid", "NHWC", [2, 1]),
        by: [],
      });
      const loss = () => tf.mean(layer.apply(x()) as tf.Tensor) as tf.Scalar;
      const message = "dilation rates greater than 1 are not yet supported in gradients";
      if (order === "inputs-first") expect(Object.keys(tf.variableGrads(loss).grads)).toHaveLength(2);
      else expect(() => tf.variableGrads(loss)).toThrow(message);
      expect(() => tf.grad((at) => tf.mean(layer.apply(at) as tf.Tensor))(x())).toThrow(message);
    },
  );

  test("at the start, white inputs get gain² times the variance of a Glorot-initialized convolution, in every basis", () => {
    const glorot = (gain: number, depth: number) => (gain ** 2 * 9 * depth * 2) / (9 * (depth + 400));
    for (const basis of ["atoms", "orthonormal", "normalized"] as const)
      for (const domain of [
        [3, 3],
        [3, 3, 2],
      ]) {
        const layer = make({ filters: 400, gain: 3, basis, dictionary: noiseAtoms(domain), columns: 4 });
        const white = normals<tf.Rank.R4>([6, 12, 12, 2], "white");
        layer.apply(white);
        const variance = tf.mean(tf.square(layer.preactivation(white))).dataSync()[0]!;
        expect(variance / glorot(3, 2)).toBeCloseTo(1, 0.6); // 1600 to 3200 coefficients: within 12%
        expect(layer.glorotSquare(white).dataSync()[0]! / glorot(3, 2)).toBeCloseTo(1, 1);
      }
  });

  test("images may have any size if the model leaves it open", () => {
    const model = sequential({ layers: [make({ inputShape: [null, null, 2], padding: "same", strides: 2 })] });
    expect(model.outputShape).toEqual([null, null, null, 6]);
    expect((model.predict(tf.ones([1, 5, 8, 2])) as tf.Tensor).shape).toEqual([1, 3, 4, 6]);
    expect((model.predict(tf.ones([2, 3, 3, 2])) as tf.Tensor).shape).toEqual([2, 2, 2, 6]);
  });

  test("leaks no tensor: in a call, in gradients, or in a disposed model", () => {
    tf.tidy(() => {
      const before = tf.memory().numTensors;
      const layers = [
        make({ order: "inputs-first", columns: 2, inputShape: [6, 7, 5], padding: "same" }),
        make({ order: "weights-first", padding: "same" }),
        make({
          dictionary: separableAtoms([12, 12]),
          kernelSize: 12,
          padding: "same",
          strides: 6,
          basis: "atoms",
          rank: 143,
          order: "inputs-first",
        }),
      ];
      const model = sequential({ layers });
      const at = tf.keep(x());
      const built = tf.memory().numTensors;
      for (let i = 0; i < 3; i++) {
        (model.predict(at) as tf.Tensor).dispose();
        layers[0]!.weightMatrix().dispose();
        const { value, grads } = tf.variableGrads(() => tf.mean(model.apply(at) as tf.Tensor) as tf.Scalar);
        tf.dispose([value, grads]);
        expect(tf.memory().numTensors).toBe(built);
      }
      expect(layers[2]!.fixed().formed).toBe(false);
      model.dispose();
      at.dispose();
      expect(tf.memory().numTensors).toBe(before);
    });
  });

  test("rejects bad input, naming it", () => {
    expect(() => make({ columns: 4 })).toThrow("factorizedConv2d: columns must divide filters, 6, equally; got 4");
    expect(() => make({ filters: 0 })).toThrow("factorizedConv2d: filters must be a positive integer; got 0");
    expect(() => make({ kernelSize: [3, 0] })).toThrow("kernelSize must be a positive integer; got 0");
    expect(() => make({ kernelSize: [3] as never })).toThrow("kernelSize must be a number or [height, width]; got [3]");
    for (const kernelSize of [undefined, null, "3"])
      expect(() => make({ kernelSize: kernelSize as never })).toThrow(
        RangeError(
          `factorizedConv2d: kernelSize must be a number or [height, width]; got ${JSON.stringify(kernelSize)}`,
        ),
      );
    expect(() => make({ dataFormat: "channelsFirst" } as never)).toThrow(
      RangeError('factorizedConv2d: dataFormat must be "channelsLast"; got "channelsFirst"; transpose the input'),
    );
    expect(() => make({ dataFormat: "channelsLast" } as never)).not.toThrow();
    expect(() => make({ order: "input-first" as never })).toThrow(
      RangeError('factorizedConv2d: order must be one of "auto", "inputs-first", "weights-first"; got "input-first"'),
    );
    expect(() => make({ padding: "causal" as never })).toThrow('padding must be "valid" or "same"; got "causal"');
    expect(() => make({ strides: 2, dilationRate: 2 })).toThrow("strides or dilationRate must be 1");
    expect(() => make({ basis: "qr" as never })).toThrow('basis must be one of "atoms", "orthonormal", "normalized"');
    expect(() => make({ selection: "leading" })).toThrow("needs a dictionary ordered from coarse to fine");
    expect(() => make({ name: "c" }).build([null, 6, 6])).toThrow(
      "factorizedConv2d (layer c): the input must be [batch, height, width, channels]; got [, 6, 6]",
    );
    expect(() => make().build([null, 2, 6, 1])).toThrow("a window of [3,3] does not fit an image of [2, 6]");
    for (const domain of [[3, 4], [3, 3, 3], [9], [3, 3, 2, 1]])
      expect(() => make({ dictionary: noiseAtoms(domain), rank: 2 }).build([null, 6, 6, 2])).toThrow(
        `must be [3, 3], the window that all channels share, or [3, 3, 2], the whole patch; got [${domain.join(", ")}]`,
      );
    expect(() => make().atoms()).toThrow("not built yet");
  });

  test("account counts U once, and V for every channel", () => {
    const model = sequential({
      layers: [
        make({ inputShape: [8, 8, 5], columns: 2, padding: "same" }),
        make({ dictionary: noiseAtoms([3, 3, 6], 0, true), rank: { proportion: 0.25 } }),
      ],
    });
    const { layers, proportion } = account(model);
    expect(layers.map(({ layer: _, ...counts }) => counts)).toEqual([
      { dense: 9 * 5 * 6, dynamic: 4 * 5 * 6, static: 9 * 8, stored: 0 },
      { dense: 9 * 6 * 6, dynamic: 14 * 6, static: 54 * 14, stored: 54 * 14 },
    ]);
    expect(proportion).toBeCloseTo((120 + 84) / (270 + 324), 12);
  });
});
