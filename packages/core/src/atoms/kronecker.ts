import * as tf from "@tensorflow/tfjs-core";
import { type Dictionary, fingerprint } from "@weightcast/dictionary";
import type { Matrix } from "@weightcast/types";
import type { Atoms } from "./atoms";
import { formU, type IndexSets } from "./columns";

/** Plan for applying a layer's U axis by axis: the columns in use of each factor, and the atoms' places in their product. */
export interface KroneckerPlan {
  readonly factors: readonly Matrix[];
  /** [J·n_α]: each atom's column in the product of `factors`. */
  readonly places: Int32Array;
  /** Multiplications of x U for one input. */
  readonly cost: number;
}

/** Plan for applying U axis by axis; undefined if the dictionary has no factors. */
export function planKronecker({ factors, permutation }: Dictionary, sets: IndexSets): KroneckerPlan | undefined {
  if (!factors) return undefined;
  const atoms = sets.flat().map((index) => unravel(permutation?.[index] ?? index, factors));
  const used = factors.map((_, axis) => [...new Set(atoms.map((atom) => atom[axis]!))].sort((a, b) => a - b));
  const ranks = used.map((columns) => new Map(columns.map((column, rank) => [column, rank])));
  const places = Int32Array.from(atoms, (atom) =>
    atom.reduce((place, column, axis) => place * used[axis]!.length + ranks[axis]!.get(column)!, 0),
  );
  return {
    factors: factors.map((factor, axis) => pickColumns(factor, used[axis]!)),
    places,
    cost: costOf(factors, used),
  };
}

/** Multiplications, last axis first: each product replaces an axis's n_a coordinates by as many as its factor has columns. */
function costOf(factors: readonly Matrix[], used: readonly (readonly number[])[]): number {
  let cost = 0;
  let elements = factors.reduce((product, { rows }) => product * rows, 1);
  for (let axis = factors.length - 1; axis >= 0; axis--) {
    const columns = used[axis]!.length;
    cost += elements * columns;
    elements = (elements / factors[axis]!.rows) * columns;
  }
  return cost;
}

/**
 * U = U_1 ⊗ … ⊗ U_d, or some of its columns, applied to an input axis by axis: Σ_a n_a instead of Π_a n_a multiplications
 * per coordinate of an input, and no U in memory (Van Loan, *The ubiquitous Kronecker product*, 2000).
 */
export function kroneckerAtoms(
  { factors, places }: Omit<KroneckerPlan, "cost">,
  sets: IndexSets,
  dictionary: Dictionary,
): Atoms {
  const inputs = factors.reduce((product, { rows }) => product * rows, 1);
  const product = factors.reduce((size, { cols }) => size * cols, 1);
  const all = places.length === product && places.every((place, i) => place === i);
  const tensors = tf.tidy(() => factors.map(({ data, rows, cols }) => tf.keep(tf.tensor2d(data, [rows, cols]))));
  const where = all ? undefined : tf.keep(tf.tensor1d(places, "int32"));
  const lengths = factors.map(({ rows, cols, data }) => {
    const squares = new Float64Array(cols);
    for (let i = 0; i < rows * cols; i++) squares[i % cols] = squares[i % cols]! + data[i]! ** 2;
    return squares;
  });
  const squareOf = (place: number) =>
    unravel(place, factors).reduce((square, column, axis) => square * lengths[axis]![column]!, 1);
  const rank = places.length / sets.length;
  const order: Matrix = { rows: 1, cols: places.length, data: Float32Array.from(places) };
  return {
    inputs,
    count: places.length,
    formed: false,
    axes: { factors: tensors, places: where },
    squares: sets.map((_, j) =>
      places.subarray(j * rank, (j + 1) * rank).reduce((sum, place) => sum + squareOf(place), 0),
    ),
    prints: [...factors, order].map(fingerprint),
    project: (x) =>
      tf.tidy(() => {
        const batch = x.shape[0];
        let y: tf.Tensor = x;
        let elements = inputs;
        for (const factor of [...tensors].reverse()) {
          // The current axis is the last one; its product moves to the front, so after all axes the order is restored.
          const [rows, cols] = factor.shape as [number, number];
          const rest = elements / rows;
          y = tf.matMul(tf.reshape(y, [batch * rest, rows]), factor);
          y = tf.transpose(tf.reshape(y, [batch, rest, cols]), [0, 2, 1]);
          elements = rest * cols;
        }
        const grid = tf.reshape(y, [batch, product]) as tf.Tensor2D;
        return where ? (tf.gather(grid, where, 1) as tf.Tensor2D) : grid;
      }),
    matrix: () => {
      const u = formU("core", dictionary, sets, "atoms");
      return tf.tensor2d(u.data, [u.rows, u.cols]);
    },
    dispose() {
      for (const tensor of tensors) tensor.dispose();
      where?.dispose();
    },
  };
}

/** Column of each factor whose Kronecker product is column `index` of the whole product. */
function unravel(index: number, factors: readonly Matrix[]): number[] {
  const columns: number[] = new Array(factors.length);
  let rest = index;
  for (let axis = factors.length - 1; axis >= 0; axis--) {
    const { cols } = factors[axis]!;
    columns[axis] = rest % cols;
    rest = Math.floor(rest / cols);
  }
  return columns;
}

function pickColumns({ rows, cols, data }: Matrix, columns: readonly number[]): Matrix {
  const width = columns.length;
  const picked = Float32Array.from(
    { length: rows * width },
    (_, k) => data[Math.floor(k / width) * cols + columns[k % width]!]!,
  );
  return { rows, cols: width, data: picked };
}
