import {
  checkDomain,
  checkIndices,
  checkOptions,
  checkSamples,
  type Dictionary,
  type DomainModule,
  type FactorColumns,
  kroneckerColumns,
  once,
  quoted,
  type Traits,
} from "@weightcast/dictionary";
import { type Matrix, sizeOf } from "@weightcast/types";
import { type Axis, axes as axisOf, type Basis } from "./axis";
import { analyzeSamples, coarseToFine, gridTransform } from "./grid";

/** Options of {@link fourier}. */
export interface FourierOptions {
  /**
   * Orthonormal basis of every axis, where n is its size:
   * - `cosine`: the DCT-II, √(2/n) cos(π (2i + 1) k / 2n). Its atoms don't wrap around, which suits images.
   * - `fourier`: the constant, √(2/n) cos and sin of 2π f i / n in pairs, and (−1)^i/√n if n is even. Periodic.
   * - `hartley`: (cos + sin)(2π i k / n)/√n. Periodic.
   * @default "cosine"
   */
  readonly basis?: Basis;
}

/** Dictionary of {@link fourier}, with all optional members of the contract. */
export interface FourierDictionary extends Dictionary {
  readonly factors: readonly Matrix[];
  readonly permutation: Int32Array;
  readonly analyze: (samples: Matrix) => Matrix;
}

const traits: Traits = { orthonormal: true, independent: true, ordered: true, learned: false };

/** Largest axis whose factor is computed: 268 million numbers. */
const longest = 2 ** 14;

/**
 * Waves of all frequencies, from coarse to fine: the Fourier and cosine bases of Denil et al. (2013, §2).
 *
 *   U = (Q_1 ⊗ Q_2 ⊗ …) P,  Q_a the orthonormal basis of axis a, [n_a, n_a]
 *
 * P sorts the columns by Σ_a (f_a / n_a)², where f_a / n_a is the frequency along axis a as a fraction of its Nyquist
 * frequency, half a cycle per sample: k/n for atom k of `cosine`, 2f/n for f cycles along the axis. Equal frequencies keep
 * the order of the Kronecker product. So a prefix of the atoms is a low-pass filter, round in the plane of frequencies.
 *
 * UᵀU = I. Each entry is computed in float64 from exact fractions of a turn, and rounded to float32 once.
 * `factors` are the Q_a, computed when first read; `permutation` is P; `analyze` takes O(N log N) per sample, in float64
 * until its result is rounded, where N = prod(domain). Nothing of size [N, N] is formed, except the single factor of a
 * domain with one axis.
 *
 * @param domain shape of the input grid, 1 to 3 axes of any size, for instance [28, 28]; U has prod(domain) rows, and
 *   there are as many atoms: at most 2²⁵
 * @throws RangeError if the domain or an option is out of range
 */
export function fourier(domain: readonly number[], options: FourierOptions = {}): FourierDictionary {
  const { basis = "cosine" } = checkOptions<FourierOptions>("fourier", options, ["basis"]);
  const size = check(domain, basis);
  const axes = domain.map(axisOf[basis]);
  const permutation = coarseToFine(axes);
  const factors = once(() => axes.map(factor));
  const transform = once(() => gridTransform(axes));

  return {
    contract: 1,
    name: "fourier",
    domain: [...domain],
    size,
    options: { basis },
    traits,
    atoms(indices) {
      const columns = checkIndices("fourier", indices, size).map((index) => permutation[index]!);
      return kroneckerColumns(axes.map(columnsOf), columns);
    },
    get factors() {
      return factors();
    },
    permutation: permutation.slice(), // a copy: `atoms` reads the original
    analyze(samples) {
      return analyzeSamples(checkSamples("fourier", samples, size), transform(), permutation);
    },
  };
}

function check(domain: readonly number[], basis: Basis): number {
  const size = sizeOf(checkDomain("fourier", domain));
  if (domain.length > 3)
    throw new RangeError(
      `fourier: domain must have 1 to 3 axes; got ${domain.length}, [${domain}]; merge axes, such as those of size 1`,
    );
  if (typeof basis !== "string" || !Object.hasOwn(axisOf, basis))
    throw new RangeError(`fourier: basis must be one of ${Object.keys(axisOf).join(", ")}; got ${quoted(basis)}`);
  return size;
}

/** Q of one axis, as float32. */
function factor({ size, entry }: Axis): Matrix {
  if (size > longest)
    throw new RangeError(`fourier: factors are of axes of at most ${longest}; got ${size}; use atoms or analyze`);
  const data = new Float32Array(size * size);
  for (let i = 0; i < size; i++) for (let k = 0; k < size; k++) data[i * size + k] = entry(i, k);
  return { rows: size, cols: size, data };
}

/** Q of one axis by its columns, in float64. */
const columnsOf = ({ size, entry }: Axis): FactorColumns => ({
  rows: size,
  cols: size,
  column: (k) => Float64Array.from({ length: size }, (_, i) => entry(i, k)),
});

/** Module of {@link fourier}, for registries and the command line. */
export const fourierModule: DomainModule = {
  name: "fourier",
  summary: "Orthonormal waves, coarse to fine: cosine (DCT-II), real Fourier or Hartley",
  needs: "domain",
  traits,
  create: ({ domain }, options) => fourier(domain, options as FourierOptions | undefined),
};
