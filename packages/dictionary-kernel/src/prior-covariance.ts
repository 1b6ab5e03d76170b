import {
  checkDomain,
  checkOptions,
  type Dictionary,
  type DomainModule,
  type LayerBelow,
  once,
  shown,
} from "@weightcast/dictionary";
import { type Json, sizeOf } from "@weightcast/types";
import { type FirstWeights, firstWeights } from "./first-weights";
import { kernelFunction } from "./kernel-function";
import {
  checkRidge,
  type KernelRidge,
  type KernelRidgeOptions,
  ofDistances,
  onGrid,
  ridgeDictionary,
  ridgeTraits,
} from "./kernel-ridge";
import { kernelSelections } from "./selections/rules";

const who = "prior-covariance";

/** Options of {@link priorCovariance}. */
export interface PriorCovarianceOptions extends KernelRidgeOptions {
  /** Layer whose outputs are the inputs, as `layerBelow` of `@weightcast/core` describes it. @default none: the inputs are images */
  readonly below?: LayerBelow;
  /** σ in pixels, positive: smoothness of the images that the network is taken to see. @default 2 */
  readonly lengthScale?: number;
}

/**
 * Kernel ridge regression with the covariance that a layer's inputs have before training, if the network sees smooth noise instead of
 * images: the Emp dictionary of Denil et al. (2013, §2.2) without data. It needs a description of the layer below instead, and its
 * recipe alone recreates it.
 *
 * The covariance of the images is K₀(i, j) = exp(−‖i − j‖² / (2σ²)) over their grid. A layer with first weights W turns
 * inputs of covariance K into x W, of covariance
 *
 *   K′ = s Wᵀ K W s
 *
 * where the factors s, one for each column of that layer, make the mean variance 1 in each column, as `calibrate` makes them equal on
 * real images. Its activation function is left out: of normal x W it keeps the order of the correlations, and with it networks learned no
 * better. K is K₀, or K′ of the layer below if that has a dictionary of this kind, too.
 *
 * Without `below` the kernel is K₀: then this is `kernel` with another default.
 *
 * @param domain [n_h], the outputs of the layer below; without it, the grid of the images
 * @throws RangeError if the domain, an option or the description is wrong, the dictionary below is not registered, or the sizes are
 *   beyond the limits: 2¹⁴ inputs and units, 2²⁶ weights of the layer below, 8 layers
 */
export function priorCovariance(domain: readonly number[], options: PriorCovarianceOptions = {}): KernelRidge {
  const {
    below,
    lengthScale = 2,
    ridge = 1e-3,
  } = checkOptions<PriorCovarianceOptions>(who, options, ["below", "lengthScale", "ridge"]);
  const size = sizeOf(checkDomain(who, domain));
  const scale: unknown = lengthScale;
  if (typeof scale !== "number") throw new RangeError(`${who}: lengthScale must be a number; got ${shown(scale)}`);
  const similarity = kernelFunction("squared-exponential", { lengthScale });
  checkRidge(who, ridge);
  if (below === undefined) return onGrid(who, domain, similarity, ridge, { lengthScale, ridge }, false, ofDistances);
  checkDepth(below);
  const first = firstWeights(who, below);
  const { layer, inputs, work } = first;
  if (layer.units !== size)
    throw new RangeError(`${who}: below.units must be prod(domain), ${size}; got ${layer.units}`);
  const column = covarianceOf(first, lengthScale);
  const parts = {
    name: who,
    domain,
    coordinates: Array.from({ length: size }, (_, i) => i),
    gram: (i: number, j: number) => column(i)[j]!,
    row: column,
    ridge,
    options: { below: layer as unknown as Json, lengthScale, ridge },
    learned: false,
  };
  return { ...ridgeDictionary(parts), work: work + inputs * size * (size + inputs) };
}

/** Most layers that a description may go down. */
const deepest = 8;

/** @throws RangeError for too many layers, before any of them is made */
function checkDepth(below: unknown): void {
  let depth = 0;
  for (let layer = below; layer !== undefined; depth++)
    layer = (Object(Object(Object(layer).dictionary).options) as { readonly below?: unknown }).below;
  if (depth > deepest) throw new RangeError(`${who}: below must go down at most ${deepest} layers; got ${depth}`);
}

/** Columns of K′, each computed when it is first asked for. */
function covarianceOf(first: FirstWeights, lengthScale: number): (i: number) => Float64Array {
  const { inputs, columns, dictionary, layer, weights } = first;
  const { units } = layer;
  const each = units / columns;
  const start = once(() => {
    const w = weights();
    const kw = timesCovariance(dictionary, lengthScale, w);
    const factors = Float64Array.from({ length: columns }, (_, column) => {
      let sum = 0;
      for (let i = 0; i < inputs; i++)
        for (let k = i * units + column * each, end = k + each; k < end; k++) sum += w[k]! * kw[k]!;
      return sum > 0 ? Math.sqrt(each / sum) : 0;
    });
    return { w, kw, factors };
  });
  const known = new Map<number, Float64Array>();
  return (i) => {
    const found = known.get(i);
    if (found) return found;
    const { w, kw, factors } = start();
    const column = new Float64Array(units);
    for (let p = 0; p < inputs; p++) {
      const value = kw[p * units + i]!;
      for (let k = 0, at = p * units; k < units; k++) column[k] = column[k]! + value * w[at + k]!;
    }
    const own = factors[Math.floor(i / each)]!;
    for (let k = 0; k < units; k++) column[k] = column[k]! * own * factors[Math.floor(k / each)]!;
    known.set(i, column);
    return column;
  };
}

/** K W: by the dictionary's own kernel if it is of this kind, else by K₀, axis by axis. @param w [n_v, n_h] */
function timesCovariance({ domain, name, ...dictionary }: Dictionary, lengthScale: number, w: Float64Array) {
  if (name === who) return alongAxis(w, sizeOf(domain), w.length / sizeOf(domain), (dictionary as KernelRidge).gram);
  const near = kernelFunction("squared-exponential", { lengthScale });
  let product = w;
  let inner = w.length;
  for (const length of domain) {
    inner /= length;
    product = alongAxis(product, length, inner, (i, j) => near([i], [j]));
  }
  return product;
}

/** Product of a symmetric matrix with every [length, inner] block of the values. */
function alongAxis(
  values: Float64Array,
  length: number,
  inner: number,
  entry: (i: number, j: number) => number,
): Float64Array {
  const product = new Float64Array(values.length);
  for (let i = 0; i < length; i++)
    for (let j = 0; j < length; j++) {
      const factor = entry(i, j);
      for (let block = 0; block < values.length; block += length * inner)
        for (let k = 0, to = block + i * inner, from = block + j * inner; k < inner; k++)
          product[to + k] = product[to + k]! + factor * values[from + k]!;
    }
  return product;
}

/** Module of {@link priorCovariance}, for registries and the command line. */
export const priorCovarianceModule: DomainModule = {
  name: who,
  summary: "Kernel ridge regression with the covariance of an untrained network's inputs: Emp without data",
  needs: "domain",
  stacked: true,
  traits: { ...ridgeTraits, learned: false, coordinates: true },
  selections: kernelSelections,
  create: ({ domain }, options) => priorCovariance(domain, options as unknown as PriorCovarianceOptions | undefined),
};
