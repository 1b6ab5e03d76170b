import { checkDomain, checkIndices, checkOptions, type Dictionary, once, shown } from "@weightcast/dictionary";
import { type Json, sizeOf } from "@weightcast/types";
import { factorize } from "./cholesky";
import type { KernelFunction } from "./kernel-function";

/** Predictor of whole columns of W from their values at a few coordinates. */
export interface Predictor {
  /** λ: the option `ridge`. */
  readonly ridge: number;
  /**
   * Share of each atom's own k(i, i), up to 1e-6, that was added to the diagonal because K_α + λI was not positive definite to
   * working precision; 0 if it was.
   */
  readonly jitter: number;
  /**
   * w = k_αᵀ (K_α + λI)⁻¹ w_α, jitter included: one column of W, [prod(domain)], from its values at the atoms' coordinates.
   * @param values w_α, [indices.length], in the order of the indices
   * @throws RangeError if they are not as many finite numbers as there are indices
   */
  readonly predict: (values: ArrayLike<number>) => Float64Array;
}

/**
 * Dictionary of kernel ridge regression (Denil et al. 2013, §2.1): for a selection α of coordinates
 *
 *   U = k_αᵀ (K_α + λI)⁻¹,  (k_α)_aj = k(α_a, j),  (K_α)_ab = k(α_a, α_b)
 *
 * U is [n_v, n_α] and depends on the selection as a whole. V holds the weights at the coordinates α themselves, and
 * the span of U does not depend on λ. Everything is computed in float64 and rounded once, at the end.
 *
 * If K_α + λI is not positive definite to working precision, jitter is added: a share of each k(α_a, α_a), see
 * {@link Predictor.jitter}. `atoms` says so by a warning, once for each dictionary.
 */
export interface KernelRidge extends Dictionary {
  /** Input coordinates, rows of U, that the atoms stand for: atom a for `coordinates[a]`. */
  readonly coordinates: readonly number[];
  /** Kernel of atoms a and b, entry (a, b) of K without λ; selections of atoms are based on it. */
  readonly gram: (a: number, b: number) => number;
  /**
   * Factorizes K_α + λI once for a selection of atoms, to predict many columns.
   * @throws RangeError unless there is at least one index and all are distinct integers in [0, size)
   */
  readonly predictor: (indices: readonly number[]) => Predictor;
}

/** Traits of every dictionary of kernel ridge regression. */
export const ridgeTraits = { orthonormal: false, independent: false, ordered: false } as const;

/** Parts in which kernel ridge dictionaries differ. */
export interface KernelRidgeParts {
  readonly name: string;
  readonly domain: readonly number[];
  /** Coordinates on offer as atoms, ascending. */
  readonly coordinates: readonly number[];
  /** Kernel of two input coordinates, by their row in U. */
  readonly gram: (i: number, j: number) => number;
  /** Kernel of a coordinate and all others, k(i, ·), where that is faster; [prod(domain)]. */
  readonly row?: (i: number) => Float64Array;
  readonly ridge: number;
  readonly options: Json;
  readonly learned: boolean;
}

/**
 * Dictionary of kernel ridge regression from its kernel over coordinates.
 * @throws RangeError if the ridge is negative or not finite
 */
export function ridgeDictionary(parts: KernelRidgeParts): KernelRidge {
  const { name, coordinates, gram, row, ridge, options, learned } = parts;
  const domain = [...parts.domain];
  const rows = sizeOf(domain);
  checkRidge(name, ridge);

  let warned = false;
  const warn = (atoms: number, jitter: number): void => {
    if (jitter === 0 || warned) return;
    warned = true;
    console.warn(
      `${name}: K + λI of ${atoms} atoms is singular to working precision with λ = ${ridge}; jitter of ${jitter} times each atom's own k(i, i) was added; choose a larger ridge${name === "covariance" ? ", shrinkage" : ""} or fewer atoms`,
    );
  };

  /** k_α, [n_α, n_v], and the factor of K_α, which is part of it. */
  const prepare = (indices: readonly number[]) => {
    const alpha = checkIndices(name, indices, coordinates.length).map((index) => coordinates[index]!);
    const cross = new Float64Array(alpha.length * rows);
    for (const [a, i] of alpha.entries())
      if (row) cross.set(row(i), a * rows);
      else for (let j = 0; j < rows; j++) cross[a * rows + j] = gram(i, j);
    return { cross, factor: factorize(name, symmetric(name, cross, alpha, rows), alpha.length, ridge) };
  };

  return {
    contract: 1,
    name,
    domain,
    size: coordinates.length,
    options,
    traits: { ...ridgeTraits, learned, coordinates: coordinates.length === rows },
    coordinates,
    gram: (a, b) => gram(coordinates[a]!, coordinates[b]!),
    atoms(indices) {
      const { cross, factor } = prepare(indices);
      warn(indices.length, factor.jitter);
      factor.solve(cross, rows);
      const cols = indices.length;
      const data = new Float32Array(rows * cols);
      for (let a = 0; a < cols; a++) for (let i = 0; i < rows; i++) data[i * cols + a] = cross[a * rows + i]!;
      return { rows, cols, data };
    },
    predictor(indices) {
      const { cross, factor } = prepare(indices);
      return {
        ridge,
        jitter: factor.jitter,
        predict(values) {
          const coefficients = Float64Array.from(values);
          if (values.length !== indices.length || !coefficients.every(Number.isFinite))
            throw new RangeError(
              `${name}: predict takes one finite number for each of ${indices.length} atoms; got [${coefficients}]`,
            );
          factor.solve(coefficients, 1);
          const column = new Float64Array(rows);
          coefficients.forEach((coefficient, a) => {
            for (let i = 0; i < rows; i++) column[i] = column[i]! + coefficient * cross[a * rows + i]!;
          });
          return column;
        },
      };
    },
  };
}

/** @throws RangeError if the ridge is negative or not finite */
export function checkRidge(who: string, ridge: number): void {
  if (!Number.isFinite(ridge) || ridge < 0)
    throw new RangeError(`${who}: ridge must be a number of at least 0; got ${shown(ridge)}`);
}

/** K_α out of k_α, [n_α, n_α]: made exactly symmetric, after a check that it is symmetric up to rounding. */
function symmetric(who: string, cross: Float64Array, alpha: readonly number[], rows: number): Float64Array {
  const n = alpha.length;
  const entry = (a: number, b: number) => cross[a * rows + alpha[b]!]!;
  const roots = Float64Array.from(alpha, (_, a) => Math.sqrt(Math.abs(entry(a, a))));
  const gram = new Float64Array(n * n);
  for (let a = 0; a < n; a++)
    for (let b = 0; b <= a; b++) {
      const below = entry(a, b);
      const above = entry(b, a);
      // |k(i, j)| is at most √(k(i, i) k(j, j)), and its rounding error is in proportion.
      const slack = 1e-9 * roots[a]! * roots[b]!;
      if (!(Math.abs(below - above) <= slack))
        throw new RangeError(
          `${who}: the kernel must be symmetric and finite; k(${alpha[a]}, ${alpha[b]}) = ${below} and k(${alpha[b]}, ${alpha[a]}) = ${above}`,
        );
      gram[a * n + b] = below;
      gram[b * n + a] = below;
    }
  return gram;
}

/** Options of {@link kernelRidge}. */
export interface KernelRidgeOptions {
  /** λ, at least 0. @default 1e-3 */
  readonly ridge?: number;
}

/**
 * Kernel ridge regression with a kernel of your own, of two positions on the grid such as [row, column].
 *
 * A function is not JSON, so no recipe can recreate this dictionary: it counts as learned, and a model stores its U.
 *
 * @param domain shape of the input grid, for instance [28, 28]
 * @param kernel symmetric and positive semidefinite
 * @throws RangeError if the domain or an option is out of range; from `atoms`, if the kernel is not symmetric, finite
 *   and positive semidefinite
 */
export function kernelRidge(
  domain: readonly number[],
  kernel: KernelFunction,
  options: KernelRidgeOptions = {},
): KernelRidge {
  const { ridge = 1e-3 } = checkOptions<KernelRidgeOptions>("kernel-function", options, ["ridge"]);
  if (typeof kernel !== "function")
    throw new TypeError(`kernel-function: kernel must be a function of two positions; got ${typeof kernel}`);
  return onGrid("kernel-function", domain, kernel, ridge, { ridge }, true);
}

/** Kernel of two rows of U, and of one and all others. */
type Gram = Pick<KernelRidgeParts, "gram" | "row">;

/** Largest number of positions. */
const most = 2 ** 20;

/** Kernel ridge regression over every position of a grid. @param kernel of two positions, by default any function of them */
export function onGrid(
  name: string,
  domain: readonly number[],
  kernel: KernelFunction,
  ridge: number,
  options: Json,
  learned: boolean,
  gramOf: (domain: readonly number[], kernel: KernelFunction) => Gram = ofPositions,
): KernelRidge {
  const size = sizeOf(checkDomain(name, domain));
  if (size > most) throw new RangeError(`${name}: prod(domain) must be at most ${most}; got ${size}, [${domain}]`);
  const coordinates = Array.from({ length: size }, (_, i) => i);
  return ridgeDictionary({ name, domain, coordinates, ...gramOf([...domain], kernel), ridge, options, learned });
}

/** Kernel of two rows of U, for any function of their positions. */
function ofPositions(domain: readonly number[], kernel: KernelFunction): Gram {
  const positions = Array.from({ length: sizeOf(domain) }, (_, index) => positionOf(index, domain));
  return { gram: (i, j) => kernel(positions[i]!, positions[j]!) };
}

/**
 * Kernel of two rows of U, for a function of the distances |i_a − j_a| along the axes only: looked up among those of all
 * distances, computed once.
 */
export function ofDistances(domain: readonly number[], kernel: KernelFunction): Gram {
  const axes = domain.length;
  const origin = domain.map(() => 0);
  const tables = once(() => {
    const positions = Array.from({ length: sizeOf(domain) }, (_, index) => positionOf(index, domain));
    return {
      places: Int32Array.from(positions.flat()),
      values: Float64Array.from(positions, (position) => kernel(position, origin)),
    };
  });
  const gram = (i: number, j: number): number => {
    const { places, values } = tables();
    let distance = 0;
    for (let axis = 0; axis < axes; axis++)
      distance = distance * domain[axis]! + Math.abs(places[i * axes + axis]! - places[j * axes + axis]!);
    return values[distance]!;
  };
  const row = (i: number): Float64Array => {
    const { places, values } = tables();
    let distances = new Int32Array(1);
    for (let axis = 0; axis < axes; axis++) distances = withAxis(distances, domain[axis]!, places[i * axes + axis]!);
    const similarities = new Float64Array(distances.length);
    for (let j = 0; j < distances.length; j++) similarities[j] = values[distances[j]!]!;
    return similarities;
  };
  return { gram, row };
}

/** Distances from a place to every position, as rows of U, with one more axis. */
function withAxis(distances: Int32Array, length: number, place: number): Int32Array<ArrayBuffer> {
  const more = new Int32Array(distances.length * length);
  for (let p = 0, at = 0; p < distances.length; p++)
    for (let q = 0; q < length; q++, at++) more[at] = distances[p]! * length + Math.abs(place - q);
  return more;
}

/** Position of a row of U on the grid, whose last axis runs fastest. */
export function positionOf(index: number, domain: readonly number[]): readonly number[] {
  return domain.reduceRight<{ rest: number; position: number[] }>(
    ({ rest, position }, axis) => ({ rest: Math.floor(rest / axis), position: [rest % axis, ...position] }),
    { rest: index, position: [] },
  ).position;
}
