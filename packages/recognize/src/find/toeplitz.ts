import {
  add,
  less,
  multiply,
  number,
  numbers,
  range,
  reshape,
  subtract,
  take,
  type Value,
  whole,
} from "../expression/value";
import type { Finder } from "./finding";
import { type MatrixView, matrixOf } from "./matrix";

/** Entries that depend on column minus row, or on their sum: Toeplitz, circulant and Hankel matrices, and causal masks. */
export const findToeplitz: Finder = ({ tensor: { shape }, values }) => {
  const matrix = matrixOf(shape);
  if (!matrix || matrix.rows < 3 || matrix.cols < 3) return undefined;
  const { rows, cols } = matrix;
  for (const [kind, form] of Object.entries(forms(matrix))) {
    if (kind === "circulant" && rows !== cols) continue;
    const list = new Float64Array(form.length).fill(Number.NaN);
    const isSuch = values.every((value, at) => {
      const place = form.place(Math.floor(at / cols), at % cols);
      if (Number.isNaN(list[place])) list[place] = value;
      return list[place] === value;
    });
    if (!isSuch) continue;
    return {
      ...{ kind: kind as "toeplitz", title: `${kind} matrix of ${rows} × ${cols}`, recipe: { rows, cols } },
      formula: () =>
        reshape(take(numbers(list, [list.length]), whole(form.formula(rowsOf(rows), colsOf(cols)))), shape),
    };
  }
  return undefined;
};

const rowsOf = (rows: number): Value => reshape(range(rows), [rows, 1]);
const colsOf = (cols: number): Value => reshape(range(cols), [1, cols]);

/** Place of entry (i, j) in the numbers of a form, and the same as a formula. */
const forms = ({ rows, cols }: MatrixView) => ({
  circulant: {
    length: cols,
    place: (i: number, j: number) => (j - i + cols) % cols,
    formula: (i: Value, j: Value) => add(subtract(j, i), multiply(less(j, i), number(cols))),
  },
  toeplitz: {
    length: rows + cols - 1,
    place: (i: number, j: number) => j - i + rows - 1,
    formula: (i: Value, j: Value) => add(subtract(j, i), number(rows - 1)),
  },
  hankel: {
    length: rows + cols - 1,
    place: (i: number, j: number) => i + j,
    formula: (i: Value, j: Value) => add(i, j),
  },
});
