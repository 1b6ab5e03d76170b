import {
  checkDomain,
  checkIndices,
  checkOptions,
  type Dictionary,
  type DomainModule,
  shown,
  type Traits,
} from "@weightcast/dictionary";
import { stream } from "@weightcast/random";
import { sizeOf } from "@weightcast/types";

/** Options of {@link gaussian}. */
export interface GaussianOptions {
  /** Number of atoms on offer, a positive integer; may exceed the number of coordinates. @default prod(domain) */
  readonly size?: number;
  /** Any safe integer. @default 0 */
  readonly seed?: number;
  /** Standard deviation of every entry, positive. @default 1/√prod(domain): an atom's squared length is 1 on average */
  readonly deviation?: number;
}

const traits: Traits = { orthonormal: false, independent: true, ordered: false, learned: false };

/**
 * Fixed random atoms: the RandFixU of Denil et al. (2013, §4.1).
 *
 *   U_ij = deviation · z_ij,  z_ij ~ N(0, 1) independent
 *
 * Column j has its own random stream, `atom/j`, so an atom is the same whichever others are chosen, in a dictionary of any
 * size. The authors' code draws uniformly from ±0.1, which has deviation 0.058 (here 0.036 for
 * 784 inputs); the span of random atoms is the same in distribution for any deviation, and no direction is preferred.
 *
 * @param domain shape of the input grid, for instance [28, 28]; U has prod(domain) rows
 * @throws RangeError if the domain or an option is out of range
 */
export function gaussian(domain: readonly number[], options: GaussianOptions = {}): Dictionary {
  const rows = sizeOf(checkDomain("gaussian", domain));
  const {
    size = rows,
    seed = 0,
    deviation = 1 / Math.sqrt(rows),
  } = checkOptions<GaussianOptions>("gaussian", options, ["size", "seed", "deviation"]);
  check(size, seed, deviation);

  return {
    contract: 1,
    name: "gaussian",
    domain: [...domain],
    size,
    options: { size, seed, deviation },
    traits,
    atoms(indices) {
      const cols = checkIndices("gaussian", indices, size).length;
      const data = new Float32Array(rows * cols);
      indices.forEach((index, j) => {
        const { normal } = stream(seed, `atom/${index}`);
        for (let i = 0; i < rows; i++) data[i * cols + j] = deviation * normal();
      });
      return { rows, cols, data };
    },
  };
}

function check(size: number, seed: number, deviation: number): void {
  if (!Number.isInteger(size) || size < 1)
    throw new RangeError(`gaussian: size must be a positive integer; got ${shown(size)}`);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`gaussian: seed must be a safe integer; got ${shown(seed)}`);
  if (!Number.isFinite(deviation) || deviation <= 0)
    throw new RangeError(`gaussian: deviation must be a positive number; got ${shown(deviation)}`);
}

/** Module of {@link gaussian}, for registries and the command line. */
export const gaussianModule: DomainModule = {
  name: "gaussian",
  summary: "Fixed Gaussian noise (RandFixU)",
  needs: "domain",
  seeded: true,
  traits,
  create: ({ domain }, options) => gaussian(domain, options as GaussianOptions | undefined),
};
