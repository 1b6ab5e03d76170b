import { checkOptions, type Dictionary, quoted, shown } from "@weightcast/dictionary";
import { filtersOfAll, type Over, type TrainedKernel } from "./blocks";
import { filters, orthonormalized } from "./filters";
import { type Bits, packVectors } from "./pack";
import { principalDirections } from "./principal-directions";

const who = "principalFilters";

/** Options of {@link principalFilters}. */
export interface PrincipalFiltersOptions {
  /**
   * What an atom is over:
   * - `window`: the positions of the window, or the inputs of a dense layer. There is a filter for every channel and output; the domain is
   *   the window, such as [7, 7].
   * - `channels`: the channels. There is a filter for every position and output; the domain is the window with its channels, such as
   *   [3, 3, 64].
   * - `patch`: positions and channels at once. There is a filter for every output; the domain is the same.
   * @default "window"
   */
  readonly over?: Over;
  /**
   * Largest number of atoms of the basis, a positive integer; over channels, there are that many at each position. Fewer take fewer bytes.
   * @default as many as the filters span
   */
  readonly size?: number;
  /** Bits of each stored number: with 16 a fit loses less than 10⁻⁹ of the energy more, with 8 less than 10⁻⁴. @default 16 */
  readonly bits?: Bits;
  /**
   * S, mean products of the n inputs that a filter meets, [n · n], row-major, symmetric and positive semidefinite: `matrix` of
   * `secondMoments(…, { center: "zero" })` of `@weightcast/dictionary`. The energy of a filter f is then fᵀ S f, that of its outputs.
   * @default the identity
   */
  readonly moments?: ArrayLike<number>;
}

/** Dictionary of {@link principalFilters}. */
export interface PrincipalFilters extends Dictionary {
  /** Mean share of a layer's energy that each atom of the basis holds, descending: the first k lose 1 − Σ_{j<k} of it. */
  readonly shares: readonly number[];
}

/**
 * Principal components of the trained filters of many layers: one basis, shared by all of them.
 *
 *   M = (1/L) Σ_ℓ F_ℓ F_ℓᵀ / ‖F_ℓ‖²,  M u_j = λ_j u_j,  λ_1 ≥ λ_2 ≥ …
 *
 * where F_ℓ [n, filters] holds the filters of layer ℓ as columns. Of all bases of k atoms, the first k lose least of a layer's energy,
 * on the mean of the layers: (1/L) Σ_ℓ ‖F_ℓ − U UᵀF_ℓ‖² / ‖F_ℓ‖² = 1 − λ_1 − … − λ_k. No layer counts more because its weights are
 * larger, or because it has more filters. Filters are not centered, because W = U V has no mean.
 *
 * The basis is in the options, as integers: a model stores them once for all layers that share them, and the module `filters`
 * makes the dictionary again, without the kernels. The same options make a dictionary on other domains with atoms of that length.
 *
 * @param kernels of one window (and with `channels` or `patch` the same channels); layers of zeros do not count
 * @throws RangeError if a kernel, an option or the combination is wrong, or all weights are zero
 */
export function principalFilters(
  kernels: readonly TrainedKernel[],
  options: PrincipalFiltersOptions = {},
): PrincipalFilters {
  const { over = "window", size, bits = 16, moments } = checked(options);
  const each = filtersOfAll(who, kernels, over);
  const { domain, blocks } = each[0]!;
  const found = principalDirections(
    each.map((one) => one.blocks),
    moments && checkedMoments(moments, blocks.rows),
  );
  if (found.vectors.length === 0) throw new RangeError(`${who}: kernels must not be zero; all ${kernels.length} are`);
  const vectors = orthonormalized(found.vectors.slice(0, size)).map(withSign);
  const dictionary = filters(domain, {
    atoms: packVectors(vectors, bits),
    bits,
    over: over === "channels" ? "channels" : "domain",
  });
  return Object.assign(dictionary, { shares: found.shares.slice(0, size) });
}

function checked(options: PrincipalFiltersOptions): PrincipalFiltersOptions {
  const known = checkOptions<PrincipalFiltersOptions>(who, options, ["over", "size", "bits", "moments"]);
  const { over = "window", size, bits = 16 } = known;
  if (over !== "window" && over !== "channels" && over !== "patch")
    throw new RangeError(`${who}: over must be "window", "channels" or "patch"; got ${quoted(over)}`);
  if (size !== undefined && !(Number.isInteger(size) && size >= 1))
    throw new RangeError(`${who}: size must be a positive integer; got ${shown(size)}`);
  if (bits !== 8 && bits !== 16) throw new RangeError(`${who}: bits must be 8 or 16; got ${quoted(bits)}`);
  return known;
}

function checkedMoments(moments: ArrayLike<number>, rows: number): Float64Array {
  if (moments.length !== rows * rows)
    throw new RangeError(`${who}: moments must be [${rows} · ${rows}]; got ${moments.length} numbers`);
  const s = Float64Array.from(moments);
  const largest = s.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const wrong = s.findIndex(
    (value, at) => !(Math.abs(value - s[(at % rows) * rows + Math.floor(at / rows)]!) <= 1e-6 * largest),
  );
  if (wrong >= 0 || !(largest > 0))
    throw new RangeError(
      `${who}: moments must be finite, symmetric and not all zero; entry ${Math.max(wrong, 0)} is not`,
    );
  return s;
}

/** Vector with the sign that makes the first of its largest entries positive; entries equal up to rounding count as equal. */
function withSign(vector: Float64Array): Float64Array {
  const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const first = vector.find((value) => Math.abs(value) > largest * (1 - 1e-9))!;
  return first < 0 ? vector.map((value) => -value) : vector;
}
