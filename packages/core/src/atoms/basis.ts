import type { Dictionary } from "@weightcast/dictionary";
import { quoted } from "@weightcast/dictionary";
import type { Matrix } from "@weightcast/types";

/**
 * Basis of a column's atoms that U holds: the `atoms` themselves, as the dictionary makes them; an `orthonormal` basis of
 * their span; or the atoms `normalized`, each divided by its length. The span, and so what a layer can learn, is the same;
 * how fast it learns is not.
 */
export type Basis = "atoms" | "orthonormal" | "normalized";

const bases: readonly Basis[] = ["atoms", "orthonormal", "normalized"];

/** @throws RangeError for any other name */
export function checkBasis(who: string, basis: Basis): Basis {
  if (!bases.includes(basis))
    throw new RangeError(`${who}: basis must be one of "${bases.join('", "')}"; got ${quoted(basis)}`);
  return basis;
}

/** Whether any selection of the dictionary's atoms already is such a basis. */
export const isBasis = ({ traits }: Dictionary, basis: Basis): boolean => basis === "atoms" || traits.orthonormal;

/**
 * Share of an atom's length below which its part outside the span of others is lost in float32 rounding: the atom then
 * depends on them.
 */
export const dependent = 1e-6;

/**
 * One column's atoms in another basis of the same span. The orthonormal basis is Q of U = Q R with a positive diagonal of
 * R, which makes it unique, by modified Gram–Schmidt done twice, in float64 (Giraud, Langou & Rozložník 2005).
 * @param u U_j: [n_v, n_α]
 * @returns [n_v, n_α]
 * @throws RangeError if an atom is zero or, for an orthonormal basis, a combination of the atoms before it
 */
export function inBasis(u: Matrix, basis: Basis): Matrix {
  if (basis === "atoms") return u;
  const { rows, cols } = u;
  if (basis === "orthonormal" && cols > rows)
    throw new RangeError(`core: ${cols} atoms of ${rows} coordinates have no orthonormal basis; lower the rank`);
  const atoms: Float64Array[] = [];
  for (let j = 0; j < cols; j++) {
    const atom = Float64Array.from({ length: rows }, (_, i) => u.data[i * cols + j]!);
    const length = norm(atom);
    if (basis === "orthonormal")
      for (let pass = 0; pass < 2; pass++) for (const other of atoms) subtractAlong(atom, other);
    const rest = norm(atom);
    if (!(rest > dependent * length))
      throw new RangeError(
        length > 0
          ? `core: atom ${j} of a column is a combination of the ones before it, so they have no orthonormal basis; lower the rank, or choose basis "atoms"`
          : `core: atom ${j} of a column is zero and can't be normalized; select others, or choose basis "atoms"`,
      );
    atoms.push(atom.map((value) => value / rest));
  }
  const data = Float32Array.from({ length: rows * cols }, (_, k) => atoms[k % cols]![Math.floor(k / cols)]!);
  return { rows, cols, data };
}

const norm = (x: Float64Array): number => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));

/** x − (x·q) q, in place. */
function subtractAlong(x: Float64Array, q: Float64Array): void {
  let along = 0;
  for (let i = 0; i < x.length; i++) along += x[i]! * q[i]!;
  for (let i = 0; i < x.length; i++) x[i] = x[i]! - along * q[i]!;
}
