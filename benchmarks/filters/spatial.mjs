// Filters over the window: how much of their energy k atoms of each dictionary lose, by layer.

import { leading, uniform } from "@weightcast/dictionary";
import { gaussianDerivative, principalFilters } from "@weightcast/dictionary-filters";
import { fourier } from "@weightcast/dictionary-fourier";
import { kernel, pivotedCholesky } from "@weightcast/dictionary-kernel";
import { gaussian } from "@weightcast/dictionary-random";
import { wavelet } from "@weightcast/dictionary-wavelet";
import { lost, productsOf, sharesOf } from "./energy.mjs";

const seeds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

/** Lengths of the window as multiples of σ. */
const widths = [2, 2.5, 3, 3.5, 4, 4.5, 5, 6];

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Losses of a group of layers with one window. @returns { dictionary: [loss of each layer] } for each count of atoms */
export function spatial(layers, counts) {
  const domain = layers[0].shape.slice(0, 2);
  const each = layers.map((layer) => ({ ...layer, products: productsOf(layer), small: small(layer) }));
  return Object.fromEntries(counts.map((count) => [count, ofCount(each, domain, count)]));
}

function ofCount(layers, domain, count) {
  const by = (atoms) => layers.map(({ products }) => lost(atoms, products));
  const first = (dictionary) => by(dictionary.atoms(leading(dictionary.size, count)));
  const chosen = (dictionary) => layers.map(({ products }) => lossOfBest(dictionary, products, count));
  const over = (make) => {
    const runs = seeds.map((seed) => by(make(seed)));
    return layers.map((_, i) => mean(runs.map((losses) => losses[i])));
  };
  const pixels = kernel(domain);
  const bySigma = widths.map((width) => first(gaussianDerivative(domain, { sigma: domain[0] / width })));
  const best = bySigma.toSorted((a, b) => mean(a) - mean(b))[0];
  return {
    "kernel (SE), pixels at random": over((seed) => pixels.atoms(uniform(pixels.size, count, seed))),
    "kernel (SE), pixels by pivoted Cholesky": by(
      pixels.atoms(pivotedCholesky(pixels, count, { seed: 1, pivot: "greedy" })[0]),
    ),
    "gaussian, random": over((seed) => gaussian(domain, { seed }).atoms(leading(count, count))),
    "fourier (DCT)": first(fourier(domain)),
    "fourier (DCT), chosen for each layer": chosen(fourier(domain)),
    wavelet: first(wavelet(domain)),
    "wavelet, chosen for each layer": chosen(wavelet(domain)),
    "gaussian-derivative": first(gaussianDerivative(domain)),
    "gaussian-derivative, best σ of the group": best,
    "gaussian-derivative, best σ of each layer": layers.map((_, i) => Math.min(...bySigma.map((losses) => losses[i]))),
    "gaussian-derivative, chosen for each layer": chosen(gaussianDerivative(domain)),
    "filters, of all layers": by(basis(layers, count)),
    "filters, of all other layers": without(layers, count, (a, b) => a === b),
    "filters, of all other families": without(layers, count, (a, b) => a.family === b.family),
    "filters, of the layer alone": layers.map((layer) => lost(basis([layer], count), layer.products)),
  };
}

/** Loss of the atoms that hold most of a layer's energy, which takes their indices to store. */
function lossOfBest(dictionary, products, count) {
  const shares = sharesOf(dictionary.atoms(leading(dictionary.size, dictionary.size)), products);
  return shares
    .toSorted((a, b) => a - b)
    .slice(0, -count)
    .reduce((sum, share) => sum + share, 0);
}

function basis(layers, count) {
  const dictionary = principalFilters(
    layers.map(({ small }) => small),
    { size: count },
  );
  return dictionary.atoms(leading(dictionary.size, dictionary.size));
}

/** Loss of each layer with a basis of the layers that are not `alike`. NaN if there is no other, or if they have fewer filters. */
function without(layers, count, alike) {
  return layers.map((layer) => {
    const others = layers.filter((other) => !alike(layer, other));
    return others.length > 0 ? lost(basis(others, count), layer.products) : Number.NaN;
  });
}

/** Kernel of as many filters as entries, with the same F Fᵀ up to the rounding of 16 bits: what a basis is fitted to, in less time. */
function small({ shape: [height, width], ...layer }) {
  const n = height * width;
  const dictionary = principalFilters([{ ...layer, shape: [height, width, 1, layer.data.length / n] }]);
  const { data, cols } = dictionary.atoms(leading(dictionary.size, dictionary.size));
  return {
    shape: [height, width, 1, cols],
    data: data.map((value, at) => value * Math.sqrt(dictionary.shares[at % cols])),
  };
}
