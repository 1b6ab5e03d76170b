import {
  checkDomain,
  checkIndices,
  checkOptions,
  checkSamples,
  type Dictionary,
  type DomainModule,
  kroneckerColumns,
  type Matrix,
  once,
  sizeOf,
} from "@weightcast/dictionary";
import { axisTransform } from "./axis-transform";
import { type Boundary, levelsOf } from "./boundary";
import { columnsOf, toMatrix } from "./columns";
import { type WaveletFamily, waveletFamilies } from "./family";
import { filtersOf } from "./filters";
import { decomposeSamples } from "./grid";
import { coarseToFine } from "./order";

export interface WaveletOptions {
  /**
   * haar, db2 … db10, sym2 … sym10 or coif1 … coif5. @default "sym4": of the short ones the one whose coarsest atoms hold
   * most of MNIST's variance
   */
  readonly family?: WaveletFamily;
  /**
   * How the transform goes on past the edges. `periodization`: around to the other edge; orthonormal, as many atoms as
   * inputs. `symmetric`: mirrored, without the jump from edge to edge; more atoms than inputs, neither orthonormal nor all
   * independent. @default "periodization"
   */
  readonly boundary?: Boundary;
  /**
   * Levels, a whole number: one for all axes, or one for each (0 leaves an axis as it is, such as color). Each is capped:
   * under `periodization` where one approximation is left, ⌈log₂ length⌉; under `symmetric` at the default.
   * @default ⌊log₂(length / (L − 1))⌋ for L filter taps, as PyWavelets; under `periodization` at least 1
   */
  readonly levels?: number | readonly number[];
}

/** A wavelet dictionary. */
export interface WaveletDictionary extends Dictionary {
  /** One an axis, [domain[a], …]; made when first read. */
  readonly factors: readonly Matrix[];
  readonly permutation: Int32Array;
  /** X U by the filter bank: about 2L multiplications an input and axis, for L filter taps. */
  readonly analyze: (samples: Matrix) => Matrix;
}

/**
 * Atoms of an orthogonal wavelet transform: x U are the wavelet coefficients of x, as PyWavelets' `wavedec` gives them on
 * one axis and `fswavedecn` (every axis fully, one after the other) on several:
 *
 *   U = (U₀ ⊗ U₁ ⊗ U₂) permuted,  U_a [domain[a], size_a] the multilevel transform along axis a
 *
 * Coarse to fine: a coefficient has depth 0 along an axis in the approximation, 1 in the coarsest details, and so on;
 * atoms ascend by the greatest depth among their axes, then in the order of the Kronecker product.
 *
 * Under `periodization` U is orthonormal for any domain, and size = prod(domain). Where a level of the transform has an odd
 * number of samples, the last one goes to the next level's approximation as it is; where none has, the coefficients equal
 * PyWavelets'. Under `symmetric` they do for any domain, but that Haar's always-zero last detail of an odd level is left
 * out.
 *
 * @param domain shape of the input grid, 1 to 3 axes, for instance [28, 28]; U has prod(domain) rows
 * @throws RangeError if the domain or an option is out of range
 */
export function wavelet(domain: readonly number[], options: WaveletOptions = {}): WaveletDictionary {
  const rows = sizeOf(checkDomain("wavelet", domain));
  const { family = "sym4", boundary = "periodization", levels: asked } = options;
  check(domain, family, boundary, asked);

  const filters = filtersOf(family);
  const levels = domain.map((length, axis) =>
    levelsOf(boundary, length, filters.low.length, typeof asked === "object" ? asked[axis] : asked),
  );
  const axes = domain.map((length, axis) => axisTransform(length, filters, boundary, levels[axis]!));
  const columns = once(() => axes.map(columnsOf));
  const factors = once(() => columns().map(toMatrix));
  const order = coarseToFine(axes);
  const size = order.length;

  return {
    contract: 1,
    name: "wavelet",
    domain: [...domain],
    size,
    options: { family, boundary, levels },
    traits: { orthonormal: boundary === "periodization", independent: true, ordered: true, learned: false },
    atoms(indices) {
      return kroneckerColumns(
        columns(),
        checkIndices("wavelet", indices, size).map((index) => order[index]!),
      );
    },
    get factors() {
      return factors();
    },
    permutation: order.slice(), // not the one that `atoms` reads
    analyze(samples) {
      const { rows: count, data } = checkSamples("wavelet", samples, rows);
      return { rows: count, cols: size, data: decomposeSamples(axes, order, data, count) };
    },
  };
}

function check(domain: readonly number[], family: string, boundary: string, levels: WaveletOptions["levels"]): void {
  if (domain.length > 3)
    throw new RangeError(`wavelet: domain must have 1 to 3 axes; got [${domain}]; merge axes that are no grid`);
  if (!(waveletFamilies as readonly string[]).includes(family))
    throw new RangeError(`wavelet: family must be one of ${waveletFamilies.join(", ")}; got ${JSON.stringify(family)}`);
  if (boundary !== "periodization" && boundary !== "symmetric")
    throw new RangeError(`wavelet: boundary must be "periodization" or "symmetric"; got ${JSON.stringify(boundary)}`);
  if (levels === undefined) return;
  const each: readonly unknown[] = Array.isArray(levels) ? levels : domain.map(() => levels);
  if (each.length !== domain.length || !each.every((value) => Number.isInteger(value) && (value as number) >= 0))
    throw new RangeError(
      `wavelet: levels must be a whole number, or one for each of the ${domain.length} axes; got ${JSON.stringify(levels)}`,
    );
}

/** `wavelet` for registries and the command line. */
export const waveletModule: DomainModule = {
  name: "wavelet",
  summary: "Orthogonal wavelets: coarse averages first, then ever finer local differences",
  needs: "domain",
  create: ({ domain }, options) => wavelet(domain, checkOptions("wavelet", options, ["family", "boundary", "levels"])),
};
