import {
  checkDomain,
  checkIndices,
  checkOptions,
  type Dictionary,
  type DomainModule,
  kroneckerColumns,
  once,
  shown,
  type Traits,
} from "@weightcast/dictionary";
import { stream } from "@weightcast/random";
import { type Matrix, sizeOf } from "@weightcast/types";

/** Options of {@link randomProducts}. */
export interface RandomProductsOptions {
  /** Any safe integer. @default 0 */
  readonly seed?: number;
}

const traits: Traits = { orthonormal: false, independent: true, ordered: false, learned: false };

/**
 * Random atoms over large grids, such as a whole W, that are never formed: each is the product of one random vector along each axis.
 *
 *   U = U₀ ⊗ U₁ ⊗ …,  U_a [n_a, n_a],  (U_a)_ij ~ N(0, 1/n_a) independent
 *
 * Column j of U_a has its own random stream, `axis/a/j`. An atom's squared length is 1 on average. There are as many atoms as
 * coordinates, and chosen ones are far from orthogonal only where they share vectors.
 *
 * @param domain shape of the grid, for instance [784, 500]; U has prod(domain) rows
 * @throws RangeError if the domain or the seed is out of range
 */
export function randomProducts(domain: readonly number[], options: RandomProductsOptions = {}): Dictionary {
  const axes = [...checkDomain("randomProducts", domain)];
  const { seed = 0 } = checkOptions<RandomProductsOptions>("randomProducts", options, ["seed"]);
  if (!Number.isSafeInteger(seed))
    throw new RangeError(`randomProducts: seed must be a safe integer; got ${shown(seed)}`);
  const size = sizeOf(axes);
  const column = (axis: number) => (index: number) => {
    const length = axes[axis]!;
    const { normal } = stream(seed, `axis/${axis}/${index}`);
    return Float64Array.from({ length }, () => normal() / Math.sqrt(length));
  };
  const factors = once(() => axes.map((length, axis) => whole(length, column(axis))));
  return {
    contract: 1,
    name: "random-products",
    domain: axes,
    size,
    options: { seed },
    traits,
    atoms(indices) {
      const columns = axes.map((length, axis) => ({ rows: length, cols: length, column: column(axis) }));
      return kroneckerColumns(columns, checkIndices("randomProducts", indices, size));
    },
    get factors() {
      return factors();
    },
  };
}

/** Square matrix of columns. */
function whole(length: number, column: (index: number) => Float64Array): Matrix {
  const data = new Float32Array(length * length);
  for (let j = 0; j < length; j++) {
    const values = column(j);
    for (let i = 0; i < length; i++) data[i * length + j] = values[i]!;
  }
  return { rows: length, cols: length, data };
}

/** Module of {@link randomProducts}, for registries and the command line. */
export const randomProductsModule: DomainModule = {
  name: "random-products",
  summary: "Products of Gaussian noise along each axis, for adapters: random atoms over a whole W",
  needs: "domain",
  seeded: true,
  traits,
  create: ({ domain }, options) => randomProducts(domain, options as RandomProductsOptions | undefined),
};
