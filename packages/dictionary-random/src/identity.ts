import {
  checkDomain,
  checkIndices,
  checkOptions,
  type Dictionary,
  type DomainModule,
  type Traits,
} from "@weightcast/dictionary";
import { sizeOf } from "@weightcast/types";

const traits: Traits = { orthonormal: true, independent: true, ordered: false, learned: false, coordinates: true };

/**
 * Columns of the identity: the RandCon (random connections) of Denil et al. (2013, §4.1). Each learned weight is the
 * weight of one input coordinate, and the weights of the coordinates that were not chosen are zero.
 *
 *   U_ij = 1 if i = indices[j], else 0
 *
 * @param domain shape of the input grid, for instance [28, 28]; U has prod(domain) rows, and there are as many atoms
 * @throws RangeError if the domain is out of range
 */
export function identity(domain: readonly number[]): Dictionary {
  const size = sizeOf(checkDomain("identity", domain));

  return {
    contract: 1,
    name: "identity",
    domain: [...domain],
    size,
    options: {},
    traits,
    atoms(indices) {
      const cols = checkIndices("identity", indices, size).length;
      const data = new Float32Array(size * cols);
      indices.forEach((index, j) => {
        data[index * cols + j] = 1;
      });
      return { rows: size, cols, data };
    },
  };
}

/** Module of {@link identity}, for registries and the command line. */
export const identityModule: DomainModule = {
  name: "identity",
  summary: "Single inputs: each unit sees a random subset (RandCon)",
  needs: "domain",
  traits,
  create({ domain }, options) {
    checkOptions("identity", options, []);
    return identity(domain);
  },
};
