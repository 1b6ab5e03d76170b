import { constant } from "@weightcast/compile";
import type { FactorizedLayer } from "@weightcast/core";
import type { Dictionary } from "@weightcast/dictionary";
import { type Matrix, sizeOf } from "@weightcast/types";
import {
  add,
  cast,
  counting,
  equal,
  indices,
  multiply,
  number,
  numbers,
  range,
  reshape,
  sin,
  take,
  type Value,
  wholes,
} from "./algebra";

/** What the formulas below know of a layer. */
export type Drawn = Pick<FactorizedLayer, "recipe" | "indices"> & { readonly dictionary: Dictionary };

/** Columns of the identity: [n_v, J·n_α], float64. */
export function identityAtoms({ recipe, ...layer }: Drawn): Value {
  const rows = sizeOf(recipe.domain);
  return cast(equal(reshape(counting(rows), [rows, 1]), indices(layer.indices().flat())), "float64");
}

/** Integers that say what a wave is: √(2/n) or, if halved, 1/√n, times cos(2π (slope · i + offset) / period). */
interface Wave {
  readonly slope: number;
  readonly offset: number;
  readonly halved: boolean;
}

/** Waves of an axis of n samples, by the names of bases in recipes: the period, and the wave of atom k. */
const bases: Readonly<
  Record<string, { readonly period: (n: number) => number; readonly wave: (k: number, n: number) => Wave }>
> = {
  cosine: { period: (n) => 4 * n, wave: (k) => ({ slope: 2 * k, offset: k, halved: k === 0 }) },
  fourier: {
    period: (n) => 4 * n,
    wave: (k, n) => {
      const bin = Math.ceil(k / 2);
      // A sine is a cosine three quarters of a turn later.
      return { slope: 4 * bin, offset: k > 0 && k % 2 === 0 ? 3 * n : 0, halved: k === 0 || 2 * bin === n };
    },
  },
  hartley: { period: (n) => 8 * n, wave: (k, n) => ({ slope: 8 * k, offset: 7 * n, halved: false }) },
};

/**
 * Waves of the recipe "fourier": [n_v, J·n_α], float64.
 * @returns undefined for a basis that is not known here
 */
export function fourierAtoms(layer: Drawn): Value | undefined {
  const { domain, options } = layer.recipe;
  const name = (options as { readonly basis?: string }).basis ?? "";
  const basis = Object.hasOwn(bases, name) ? bases[name] : undefined;
  if (!basis) return undefined;
  const places = placesIn(layer, domain);
  return overAxes(
    domain.map((n, axis) => {
      const waves = places.map((place) => basis.wave(place[axis]!, n));
      const each = (of: (wave: Wave) => number) => wholes(waves.map(of), [1, waves.length]);
      const turns = add(
        multiply(
          each(({ slope }) => slope),
          reshape(range(n), [n, 1]),
        ),
        each(({ offset }) => offset),
      );
      // cos x = sin(x + π/2): runtimes have the sine in float64, but not all the cosine.
      const quarter = number(Math.PI / 2);
      const wave = sin(add(multiply(turns, number((2 * Math.PI) / basis.period(n))), quarter));
      const [full, half] = [Math.sqrt(2 / n), Math.sqrt(1 / n)];
      if (waves.every(({ halved }) => !halved)) return multiply(wave, number(full));
      const heights = take(numbers([full, half], [2]), indices(waves.map(({ halved }) => Number(halved))), 0);
      return multiply(wave, heights);
    }),
  );
}

/**
 * Atoms of any dictionary that is a Kronecker product of small matrices, which are stored: [n_v, J·n_α], float64.
 * @returns undefined if the dictionary has no factors, or one axis, whose factor holds all atoms
 */
export function kroneckerAtoms(layer: Drawn): Value | undefined {
  const { factors } = layer.dictionary;
  if (!factors || factors.length < 2) return undefined;
  const places = placesIn(
    layer,
    factors.map(({ cols }) => cols),
  );
  return overAxes(
    factors.map((factor, axis) => {
      const used = [...new Set(places.map((place) => place[axis]!))].sort((a, b) => a - b);
      const matrix = constant(columnsOf(factor, used), [factor.rows, used.length], "float32");
      return cast(take(matrix, indices(places.map((place) => used.indexOf(place[axis]!))), 1), "float64");
    }),
  );
}

function columnsOf({ rows, cols, data }: Matrix, used: readonly number[]): Float32Array {
  return Float32Array.from(
    { length: rows * used.length },
    (_, k) => data[Math.floor(k / used.length) * cols + used[k % used.length]!]!,
  );
}

/** For each atom, in the order of U, its column in the factor of each axis. */
function placesIn({ dictionary, ...layer }: Drawn, lengths: readonly number[]): readonly (readonly number[])[] {
  const { permutation } = dictionary;
  return layer
    .indices()
    .flat()
    .map((index) => {
      const column = permutation?.[index] ?? index;
      return lengths.map((length, axis) => Math.floor(column / sizeOf(lengths.slice(axis + 1))) % length);
    });
}

/** Column-wise Kronecker product: [Π n_a, R] from one [n_a, R] for each axis. */
function overAxes(each: readonly Value[]): Value {
  return each.reduce((left, right) => {
    const [rows, count] = left.shape as [number, number];
    const [inner] = right.shape as [number, number];
    const both = multiply(reshape(left, [rows, 1, count]), reshape(right, [1, inner, count]));
    return reshape(both, [rows * inner, count]);
  });
}
