import type { FactorColumns, Matrix } from "@weightcast/dictionary";
import type { AxisTransform } from "./axis-transform";

/** The atoms of one axis in float64: the transform of the identity. */
export function columnsOf({ length, size, decompose }: AxisTransform): FactorColumns {
  const identity = new Float64Array(length * length);
  for (let i = 0; i < length; i++) identity[i * length + i] = 1;
  const atoms = decompose(identity, length); // [size, length]
  return { rows: length, cols: size, column: (k) => atoms.subarray(k * length, (k + 1) * length) };
}

/** The atoms of one axis as a factor, [length, size]. */
export function toMatrix({ rows, cols, column }: FactorColumns): Matrix {
  const data = new Float32Array(rows * cols);
  for (let k = 0; k < cols; k++)
    column(k).forEach((value, i) => {
      data[i * cols + k] = value;
    });
  return { rows, cols, data };
}
