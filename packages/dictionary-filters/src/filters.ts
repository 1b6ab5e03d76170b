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
import { sizeOf } from "@weightcast/types";
import { factorOf, toMatrix, unitFactor } from "./factors";
import { type Bits, unpackVectors } from "./pack";
import { dot, residual, unit } from "./vectors";

const who = "filters";

/** Options of {@link filters}, as `principalFilters` makes them. */
export interface FiltersOptions {
  /**
   * Atoms as text: integers of `bits` bits in hexadecimal digits, low byte first, atom after atom. Each has prod(domain) of them; `over: "channels"` as
   * many as the last axis of the domain.
   */
  readonly atoms: string;
  /** Bits of an integer: 8 or 16. @default 16 */
  readonly bits?: Bits;
  /** What an atom is over: the whole `domain`, or the `channels`, which are its last axis, at each position of the others. @default "domain" */
  readonly over?: "domain" | "channels";
}

const traits = { orthonormal: true, independent: true, ordered: true, learned: false } as const;

/**
 * Dictionary of atoms that its options hold, orthonormalized in their order: the result of `principalFilters`, made again from a recipe.
 *
 *   u_k ∝ a_k − Σ_{l<k} (a_k · u_l) u_l,  ‖u_k‖ = 1,  a_k the integers of atom k
 *
 * So U is orthonormal up to rounding, with 8 bits too. With `over: "channels"` the atoms are I ⊗ P, for the columns P of such atoms over the
 * channels: first P's first column at every position, then its second, and so on.
 *
 * @param domain shape of the window, such as [7, 7], or [3, 3, 64] with channels
 * @throws RangeError if the domain or an option is wrong; from `atoms`, if the stored atoms are dependent
 */
export function filters(domain: readonly number[], options: FiltersOptions): Dictionary {
  checkDomain(who, domain);
  const {
    bits = 16,
    over = "domain",
    atoms: text,
  } = checkOptions<FiltersOptions>(who, options, ["atoms", "bits", "over"]);
  const length = over === "channels" ? domain.at(-1)! : sizeOf(domain);
  const stored = storedVectors(text, bits, over, length);
  const count = stored.length;
  const basis = once(() => orthonormalized(stored));
  const common = {
    contract: 1 as const,
    name: who,
    domain: [...domain],
    options: { atoms: text as string, bits, over },
    traits,
    work: length * count * count,
  };
  if (over === "domain")
    return {
      ...common,
      size: count,
      atoms(indices) {
        checkIndices(who, indices, count);
        const columns = basis();
        return toMatrix(factorOf(indices.map((index) => columns[index]!)));
      },
    };

  const positions = sizeOf(domain) / length;
  const size = positions * count;
  const columns = once(() => [...domain.slice(0, -1).map(unitFactor), factorOf(basis())]);
  const factors = once(() => columns().map(toMatrix));
  const columnOf = (atom: number) => (atom % positions) * count + Math.floor(atom / positions);
  return {
    ...common,
    size,
    atoms: (indices) => kroneckerColumns(columns(), checkIndices(who, indices, size).map(columnOf)),
    get factors() {
      return factors();
    },
    permutation: new Int32Array(size).map((_, atom) => columnOf(atom)),
  };
}

/** Vectors of the options, once these are checked. */
function storedVectors(text: unknown, bits: unknown, over: unknown, length: number): readonly Float64Array[] {
  if (bits !== 8 && bits !== 16) throw new RangeError(`${who}: bits must be 8 or 16; got ${quoted(bits)}`);
  if (over !== "domain" && over !== "channels")
    throw new RangeError(`${who}: over must be "domain" or "channels"; got ${quoted(over)}`);
  if (text === undefined)
    throw new RangeError(
      `${who}: atoms must be given; take the options of principalFilters, which fits them to filters`,
    );
  const stored = typeof text === "string" ? unpackVectors(text, length, bits) : undefined;
  if (!stored)
    throw new RangeError(
      `${who}: atoms must be the hexadecimal digits of atoms with ${length} integers of ${bits} bits; got ${quoted(text)}`,
    );
  if (stored.length > length)
    throw new RangeError(
      `${who}: atoms must hold at most ${length} atoms, which is their length; got ${stored.length}`,
    );
  return stored;
}

/** Share of its length that an atom must have outside the span of those before it. */
const leastShare = 1e-6;

/** Gram–Schmidt, in order. */
export function orthonormalized(vectors: readonly Float64Array[]): readonly Float64Array[] {
  const basis: Float64Array[] = [];
  for (const [k, vector] of vectors.entries()) {
    const rest = residual(vector, basis);
    if (!(dot(rest, rest) > leastShare ** 2 * dot(vector, vector)))
      throw new RangeError(`${who}: atoms must be independent; atom ${k} is zero or a combination of those before it`);
    basis.push(unit(rest));
  }
  return basis;
}

/** Module of {@link filters}, for registries and the command line. */
export const filtersModule: DomainModule = {
  name: who,
  summary: "Principal components of trained filters, which its options hold: made by principalFilters",
  needs: "domain",
  traits,
  create: ({ domain }, options) => filters(domain, options as unknown as FiltersOptions),
};
