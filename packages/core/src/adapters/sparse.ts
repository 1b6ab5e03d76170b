import * as tf from "@tensorflow/tfjs-core";
import { type Dictionary, fingerprint, kroneckerColumns } from "@weightcast/dictionary";
import { type Matrix, sizeOf } from "@weightcast/types";
import { checkLearned } from "../layers/limits";
import { checkWork, factorEntries } from "../layers/work";
import { atomsOf, type Side } from "./side";
import { type Scaled, sandwich } from "./sided";
import { constant, type MadeTerm, type Place, plus, type Term } from "./term";

/** Term s Σ_k c_k D_k: n atoms D_k over the grid of W fixed, c [1, n] learned. */
export function sparseTerm(place: Place, grid: Side, config: Scaled<"sparse">): Term {
  const { who } = place;
  const count = grid.config.rank;
  if (grid.config.recipe.learned)
    throw new RangeError(
      `${who}: a dictionary over the grid of W must have a recipe, because atoms of that size are too many to store; got "${grid.config.recipe.name}", which was learned from data`,
    );
  checkLearned(who, "c", count);
  return {
    config: { ...config, grid: grid.config },
    weights: [{ name: "coefficients", shape: [1, count], trains: true }],
    make: () => {
      const parts = planned(place, grid);
      const { scale } = config;
      return parts ? byFactors(parts, scale) : whole(atomsOf(who, grid), place, scale);
    },
  };
}

/** Atoms D_k = u_i v_jᵀ: the vectors in use, and where each atom's coefficient lies between them. */
interface Parts {
  readonly left: Matrix;
  readonly right: Matrix;
  /** [rows, cols] of the grid of coefficients: the number of the coefficient, or n for none. */
  readonly places: Int32Array;
}

/** Parts of atoms that are products of one over the inputs and one over the outputs; undefined if they are none. */
function planned({ who, inputs, outputs }: Place, { dictionary, indices, basis }: Side): Parts | undefined {
  const { domain, traits } = dictionary!;
  const axes = domain.findIndex((_, axis) => sizeOf(domain.slice(0, axis + 1)) === inputs) + 1;
  if (basis !== "atoms" && !traits.orthonormal) return undefined;
  if (axes === 0 || sizeOf(domain.slice(axes)) !== outputs || !("factors" in dictionary!)) return undefined;
  checkWork(who, "the atoms", { entry: factorEntries(dictionary), draw: indices.length * 10 });
  const { factors, permutation } = dictionary as Dictionary;
  if (!factors) return undefined;
  const [before, after] = [factors.slice(0, axes), factors.slice(axes)];
  const width = after.reduce((product, { cols }) => product * cols, 1);
  const atoms = indices.map((index) => permutation?.[index] ?? index);
  const rows = numbered(atoms.map((atom) => Math.floor(atom / width)));
  const cols = numbered(atoms.map((atom) => atom % width));
  const places = new Int32Array(rows.values.length * cols.values.length).fill(atoms.length);
  for (const k of atoms.keys()) places[rows.numbers[k]! * cols.values.length + cols.numbers[k]!] = k;
  return { left: columnsOf(before, rows.values), right: columnsOf(after, cols.values), places };
}

function byFactors({ left, right, places }: Parts, scale: number): MadeTerm {
  const [u, v] = [constant(left), constant(right)];
  const where = tf.keep(tf.tensor1d(places, "int32"));
  const order: Matrix = { rows: 1, cols: places.length, data: Float32Array.from(places) };
  return {
    prints: [left, right, order].map(fingerprint),
    add: (base, read, factor) => {
      // The coefficient of the places without one is zero.
      const padded = tf.pad(tf.reshape(read("coefficients"), [-1]), [[0, 1]]);
      const c = tf.reshape<tf.Rank.R2>(tf.gather(padded, where), [u.shape[1], v.shape[1]]);
      return plus(base, sandwich(u, c, v), scale * factor);
    },
    dispose: () => tf.dispose([u, v, where]),
  };
}

/** Atoms without factors, each of which is as large as W. */
function whole(atoms: Matrix, { inputs, outputs }: Place, scale: number): MadeTerm {
  const u = constant(atoms);
  return {
    prints: [fingerprint(atoms)],
    add: (base, read, factor) => {
      const product = tf.matMul(read("coefficients"), u, false, true);
      return plus(base, tf.reshape<tf.Rank.R2>(product, [inputs, outputs]), scale * factor);
    },
    dispose: () => u.dispose(),
  };
}

/** Different values in ascending order, and the number of each given one among them. */
function numbered(given: readonly number[]): {
  readonly values: readonly number[];
  readonly numbers: readonly number[];
} {
  const values = [...new Set(given)].sort((a, b) => a - b);
  const places = new Map(values.map((value, i) => [value, i]));
  return { values, numbers: given.map((value) => places.get(value)!) };
}

const columnsOf = (factors: readonly Matrix[], indices: readonly number[]): Matrix =>
  kroneckerColumns(
    factors.map(({ rows, cols, data }) => ({
      rows,
      cols,
      column: (k) => Float64Array.from({ length: rows }, (_, i) => data[i * cols + k]!),
    })),
    indices,
  );
