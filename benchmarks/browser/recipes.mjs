// Recipes of dictionaries, and networks made from them, the same in Node and in every page.

import { dispose, tensor } from "@tensorflow/tfjs-core";
import { sequential } from "@tensorflow/tfjs-layers";
import { factorizedDense } from "@weightcast/core";
import { dictionaries } from "@weightcast/dictionary";
import filters from "@weightcast/dictionary-filters";
import fourier from "@weightcast/dictionary-fourier";
import kernels from "@weightcast/dictionary-kernel";
import random from "@weightcast/dictionary-random";
import wavelets from "@weightcast/dictionary-wavelet";
import { stream } from "@weightcast/random";

/** Registers all dictionaries that a recipe makes again. */
export const registerRecipes = () => dictionaries.register(...random, ...kernels, ...fourier, ...wavelets, ...filters);

/**
 * Network of one factorized layer with twelve units in two columns, and with weights that no seed of the layer draws.
 * @param recipe `{ name, domain, options, rank }`
 */
export function networkOf({ name, domain, options, rank }) {
  const inputs = domain.reduce((product, length) => product * length, 1);
  const dictionary = dictionaries.get(name).create({ domain }, options);
  const layer = factorizedDense({ inputShape: [inputs], units: 12, dictionary, rank, columns: 2, seed: 1 });
  const model = sequential({ layers: [layer] });
  const { normal } = stream(2, "weights");
  const drawn = model.getWeights().map(({ shape, size }) => tensor(Float32Array.from({ length: size }, normal), shape));
  model.setWeights(drawn);
  dispose(drawn);
  return model;
}

/** U of a network's first layer. */
export function atomsOf(model) {
  const u = model.layers[0].atoms();
  const data = u.dataSync();
  u.dispose();
  return data;
}

/** Outputs of a network for five inputs of normal numbers. */
export function outputsOf(model) {
  const [, inputs] = model.inputs[0].shape;
  const { normal } = stream(3, "inputs");
  const x = tensor(Float32Array.from({ length: 5 * inputs }, normal), [5, inputs]);
  const y = model.predict(x);
  const data = y.dataSync();
  x.dispose();
  y.dispose();
  return data;
}
