import {
  checkDomain,
  checkIndices,
  checkOptions,
  checkSamples,
  type Dictionary,
  type DomainModule,
  kroneckerColumns,
  once,
  quoted,
} from "@weightcast/dictionary";
import { type Matrix, sizeOf } from "@weightcast/types";
import { axisTransform, columnsOf, toMatrix } from "./axis-transform";
import { type Boundary, levelsOf } from "./boundary";
import { filtersOf, type WaveletFamily, waveletFamilies } from "./filters";
import { coarseToFine, decomposeSamples } from "./grid";

/** Options of {@link wavelet}. */
export interface WaveletOptions {
  /**
   * haar, db2 … db10, sym2 … sym10 or coif1 … coif5. @default "sym4": of the short families the one whose coarsest atoms
   * hold most of MNIST's variance
   */
  readonly family?: WaveletFamily;
  /**
   * Continuation of the inputs past their edges. `periodization` wraps around to the other edge: the atoms are orthonormal,
   * as many as inputs. `symmetric` mirrors, which avoids the jump from edge to edge: there are more atoms than inputs, neither
   * orthonormal nor all linearly independent. @default "periodization"
   */
  readonly boundary?: Boundary;
  /**
   * Number of levels, a whole number: one for all axes, or one per axis (0 leaves an axis such as color as it is). Each is
   * capped: under `periodization` at ⌈log₂ length⌉, which leaves one approximation; under `symmetric` at the default.
   * @default ⌊log₂(length / (L − 1))⌋ for L filter taps, as in PyWavelets; under `periodization` at least 1
   */
  readonly levels?: number | readonly number[];
}

/** Dictionary of {@link wavelet}, with all optional members of the contract. */
export interface WaveletDictionary extends Dictionary {
  /** One factor per axis, [domain[a], …]; computed when first read. */
  readonly factors: readonly Matrix[];
  readonly permutation: Int32Array;
  /** X U by the filter bank: about 2L multiplications per input and axis, for L filter taps. */
  readonly analyze: (samples: Matrix) => Matrix;
}

/** Traits that do not depend on the boundary, which decides `orthonormal`. */
const traits = { independent: true, ordered: true, learned: false } as const;

/**
 * Atoms of an orthogonal wavelet transform: x U are the wavelet coefficients of x, as given by PyWavelets' `wavedec` on one
 * axis and by `fswavedecn` (each axis completely, one after the other) on several:
 *
 *   U = (U₀ ⊗ U₁ ⊗ U₂) permuted,  U_a [domain[a], size_a] the multilevel transform along axis a
 *
 * The atoms are ordered from coarse to fine. Along an axis a coefficient has depth 0 in the approximation, 1 in the coarsest
 * details, and so on; atoms are sorted by the greatest depth among their axes, then in the order of the Kronecker product.
 *
 * Under `periodization` U is orthonormal for any domain, and size = prod(domain). If a level of the transform has an odd
 * number of samples, the last one passes unchanged to the next level's approximation; if none has, the coefficients equal
 * PyWavelets'. Under `symmetric` they equal PyWavelets' for any domain, except that Haar's last detail of an odd level, which
 * is always zero, is left out.
 *
 * @param domain shape of the input grid, 1 to 3 axes, for instance [28, 28]; U has prod(domain) rows
 * @throws RangeError if the domain or an option is out of range
 */
export function wavelet(domain: readonly number[], options: WaveletOptions = {}): WaveletDictionary {
  const rows = sizeOf(checkDomain("wavelet", domain));
  const {
    family = "sym4",
    boundary = "periodization",
    levels: asked,
  } = checkOptions<WaveletOptions>("wavelet", options, ["family", "boundary", "levels"]);
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
    traits: { ...traits, orthonormal: boundary === "periodization" },
    atoms(indices) {
      return kroneckerColumns(
        columns(),
        checkIndices("wavelet", indices, size).map((index) => order[index]!),
      );
    },
    get factors() {
      return factors();
    },
    permutation: order.slice(), // a copy: `atoms` reads the original
    analyze(samples) {
      const { rows: count, data } = checkSamples("wavelet", samples, rows);
      return { rows: count, cols: size, data: decomposeSamples(axes, order, data, count) };
    },
  };
}

function check(domain: readonly number[], family: string, boundary: string, levels: WaveletOptions["levels"]): void {
  if (domain.length > 3)
    throw new RangeError(`wavelet: domain must have 1 to 3 axes; got [${domain}]; merge axes that are not a grid`);
  if (!(waveletFamilies as readonly string[]).includes(family))
    throw new RangeError(`wavelet: family must be one of ${waveletFamilies.join(", ")}; got ${quoted(family)}`);
  if (boundary !== "periodization" && boundary !== "symmetric")
    throw new RangeError(`wavelet: boundary must be "periodization" or "symmetric"; got ${quoted(boundary)}`);
  if (levels === undefined) return;
  const each: readonly unknown[] = Array.isArray(levels) ? levels : domain.map(() => levels);
  if (each.length !== domain.length || !each.every((value) => Number.isInteger(value) && (value as number) >= 0))
    throw new RangeError(
      `wavelet: levels must be a whole number, or one for each of the ${domain.length} axes; got ${quoted(levels)}`,
    );
}

/** Module of {@link wavelet}, for registries and the command line. */
export const waveletModule: DomainModule = {
  name: "wavelet",
  summary: "Orthogonal wavelets: coarse averages first, then ever finer local differences",
  needs: "domain",
  traits,
  create: ({ domain }, options) => wavelet(domain, options as WaveletOptions | undefined),
};
