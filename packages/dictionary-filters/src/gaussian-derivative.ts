import {
  checkDomain,
  checkIndices,
  checkOptions,
  type Dictionary,
  type DomainModule,
  kroneckerColumns,
  once,
  quoted,
} from "@weightcast/dictionary";
import type { Matrix } from "@weightcast/types";
import { type AxisBasis, gaussianBasis, unitBasis } from "./axis-basis";
import { coarseToFine } from "./coarse-to-fine";
import { toMatrix } from "./factors";

const who = "gaussian-derivative";

/** Options of {@link gaussianDerivative}. */
export interface GaussianDerivativeOptions {
  /**
   * σ of the Gaussians in pixels, the largest if there are several scales: one for all axes, or one for each. 0 leaves an axis, such as
   * color, as it is. At least (length − 1) / 12 for each length of an axis, at the smallest scale. @default length / 3.5 on each axis
   */
  readonly sigma?: number | readonly number[];
  /** Number of scales, an integer in [1, 8], each half the one before. @default 1 */
  readonly scales?: number;
}

/** Dictionary of {@link gaussianDerivative}, with the optional members that it has. */
export interface GaussianDerivativeDictionary extends Dictionary {
  /** One factor per axis, [domain[a], domain[a]]; computed when first read. */
  readonly factors: readonly Matrix[];
  readonly permutation: Int32Array;
}

const traits = { orthonormal: true, independent: true, ordered: true, learned: false } as const;

/** Greatest distance from the middle, in σ: further out, a Gaussian has no digits left that tell functions apart. */
const furthest = 6;

const mostScales = 8;

/**
 * Products of derivatives of a Gaussian, one factor for each axis, around the middle of the window: the form that trained filters often
 * have, and the filter basis of structured receptive fields (Jacobsen, van Gemert, Lou & Smeulders 2016; Koenderink & van Doorn 1987).
 *
 *   ∂ᵐ G_σ(x) / ∂xᵐ ∝ He_m(x/σ) exp(−x² / (2σ²)),  x = i − (length − 1) / 2,  He_m Hermite's polynomials
 *
 * On each axis they are orthonormalized in their order: function m is the derivative of order m without its part along those of lower
 * orders. That keeps what the functions up to any order span. So U is orthonormal, and V = UᵀW is the best fit. With several scales an
 * axis has each order at σ, σ/2, … before the next order, until it has as many functions as positions.
 *
 * The atoms are sorted from coarse to fine, by total order, then by the sum of the scales' numbers, then as in the Kronecker product: the
 * first k (k + 1) / 2 of two axes span all derivatives of total order less than k. There are prod(domain) atoms: together they span
 * everything.
 *
 * Nothing is stored but the options.
 *
 * @param domain shape of the window, 1 to 3 axes, for instance [7, 7] or [7, 7, 3]; U has prod(domain) rows
 * @throws RangeError if the domain or an option is out of range
 */
export function gaussianDerivative(
  domain: readonly number[],
  options: GaussianDerivativeOptions = {},
): GaussianDerivativeDictionary {
  checkDomain(who, domain);
  const { sigma, scales = 1 } = checkOptions<GaussianDerivativeOptions>(who, options, ["sigma", "scales"]);
  const sigmas = checked(domain, sigma, scales);
  const axes = domain.map((length, axis) => basisOf(length, sigmas[axis]!, scales));
  const columns = once(() => axes.map((axis) => axis.factor()));
  const factors = once(() => columns().map(toMatrix));
  const order = coarseToFine(axes);
  const size = order.length;

  return {
    contract: 1,
    name: who,
    domain: [...domain],
    size,
    options: { sigma: sigmas, scales },
    traits,
    atoms: (indices) =>
      kroneckerColumns(
        columns(),
        checkIndices(who, indices, size).map((index) => order[index]!),
      ),
    get factors() {
      return factors();
    },
    permutation: order.slice(), // a copy: `atoms` reads the original
    work: domain.reduce((sum, length, axis) => sum + (sigmas[axis] === 0 ? 0 : length ** 3), 0),
  };
}

function basisOf(length: number, sigma: number, scales: number): AxisBasis {
  if (sigma === 0) return unitBasis(length);
  const sigmas = [sigma];
  // Halved in turn: a power need not have the same bits in every engine.
  while (sigmas.length < scales) sigmas.push(sigmas.at(-1)! / 2);
  return gaussianBasis(length, sigmas);
}

/** σ of each axis. */
function checked(domain: readonly number[], sigma: unknown, scales: unknown): readonly number[] {
  if (domain.length > 3)
    throw new RangeError(`${who}: domain must have 1 to 3 axes; got [${domain}]; merge axes that are not a grid`);
  if (!(Number.isInteger(scales) && (scales as number) >= 1 && (scales as number) <= mostScales))
    throw new RangeError(`${who}: scales must be an integer in [1, ${mostScales}]; got ${quoted(scales)}`);
  const each: readonly unknown[] =
    sigma === undefined ? domain.map((length) => length / 3.5) : Array.isArray(sigma) ? sigma : domain.map(() => sigma);
  if (each.length !== domain.length || !each.every((one) => Number.isFinite(one) && (one as number) >= 0))
    throw new RangeError(
      `${who}: sigma must be a number of at least 0, or one for each of the ${domain.length} axes; got ${quoted(sigma)}`,
    );
  const sigmas = each as readonly number[];
  for (const [axis, length] of domain.entries()) {
    if (sigmas[axis] === 0) continue;
    const least = ((length - 1) / 2 / furthest) * 2 ** ((scales as number) - 1);
    if (sigmas[axis]! < least)
      throw new RangeError(
        `${who}: sigma must be at least ${least} for ${length} positions and ${scales} scale${scales === 1 ? "" : "s"}, or 0; got ${sigmas[axis]}; take a larger sigma or fewer scales`,
      );
  }
  return [...sigmas];
}

/** Module of {@link gaussianDerivative}, for registries and the command line. */
export const gaussianDerivativeModule: DomainModule = {
  name: who,
  summary: "Derivatives of Gaussians, by order and scale: the form that many trained filters have",
  needs: "domain",
  traits,
  create: ({ domain }, options) => gaussianDerivative(domain, options as GaussianDerivativeOptions | undefined),
};
