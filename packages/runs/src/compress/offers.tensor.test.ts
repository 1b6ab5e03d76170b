import * as tf from "@tensorflow/tfjs-core";
import { type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import { type DictionaryFor, factorize } from "@weightcast/convert";
import { gaussianDerivative } from "@weightcast/dictionary-filters";
import { stream } from "@weightcast/random";
import { expect, test } from "vitest";
import { offersOf } from "./offers";

const { "gaussian-derivative": offered } = offersOf(["gaussian-derivative"], undefined);

/** Kernel whose filters are polynomials of degree 2 times a Gaussian of σ positions: derivatives of order 0 to 2 of that Gaussian. */
function derivatives([height, width, ...rest]: readonly number[], sigma: number): tf.Tensor {
  const { normal } = stream(5, "filters");
  const filters = rest[0]! * rest[1]!;
  const factors = Array.from({ length: filters }, () => Array.from({ length: 6 }, normal));
  const data = Float32Array.from({ length: height! * width! * filters }, (_, at) => {
    const [y, x] = [
      Math.floor(at / (filters * width!)) - (height! - 1) / 2,
      (Math.floor(at / filters) % width!) - (width! - 1) / 2,
    ];
    const monomials = [1, y, x, y * y, x * y, x * x];
    const polynomial = factors[at % filters]!.reduce((sum, factor, k) => sum + factor * monomials[k]!, 0);
    return polynomial * Math.exp(-(x * x + y * y) / (2 * sigma * sigma));
  });
  return tf.tensor(data, [height!, width!, ...rest]);
}

/** What six leading atoms of a dictionary leave over of a model's one layer. */
async function leftOver(model: LayersModel, dictionary: DictionaryFor): Promise<number> {
  const made = await factorize(model, { "*": { dictionary, rank: 6, selection: "leading" } });
  made.model.dispose();
  return made.layers[0]!.left;
}

test.each([
  ["a convolution", 7, 1.3, layers.conv2d({ filters: 4, kernelSize: 7, inputShape: [12, 12, 2] }), [7, 7, 2, 4]],
  [
    "a depthwise convolution",
    5,
    0.9,
    layers.depthwiseConv2d({ kernelSize: 5, depthMultiplier: 2, inputShape: [8, 8, 3] }),
    [5, 5, 3, 2],
  ],
])("σ of Gaussian derivatives is fitted to %s : window of %i, σ %d", async (_, size, sigma, layer, kernel) => {
  const model = sequential({ layers: [layer] });
  tf.tidy(() => void layer.weights[0]!.write(derivatives(kernel, sigma)));
  expect(await leftOver(model, offered!)).toBeLessThan(1e-5);
  // With the usual σ, length / 3.5, much of the filters is left over.
  expect(await leftOver(model, gaussianDerivative([size, size]))).toBeGreaterThan(0.02);
  model.dispose();
});

test.each([
  ["a dense layer", layers.dense({ units: 3, inputShape: [8] }), [8]],
  [
    "a window of fewer than 3 positions",
    layers.conv2d({ filters: 2, kernelSize: [1, 5], inputShape: [4, 8, 1] }),
    [1, 5],
  ],
  [
    "a layer of zeros",
    layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [6, 6, 1], kernelInitializer: "zeros" }),
    [3, 3],
  ],
])("%s takes the usual σ", async (_, layer, domain) => {
  const model = sequential({ layers: [layer] });
  const made = await factorize(model, { "*": { dictionary: offered!, rank: 2, selection: "leading" } });
  const { recipe } = made.model.layers[0] as unknown as { readonly recipe: { readonly options: object } };
  expect(recipe.options).toEqual(gaussianDerivative(domain).options);
  made.model.dispose();
  model.dispose();
});
