import type { Matrix } from "@weightcast/dictionary";
import { stream } from "@weightcast/random";
import { glorotVariance } from "./basics";

/** What {@link initialCoefficients} depends on besides U. */
export interface Initialization {
  /** J */
  readonly columns: number;
  /** n_h */
  readonly units: number;
  readonly gain: number;
  readonly seed: number;
}

/**
 * The first V: normal, independent, its deviation s_j in column j such that x U_j V_j has for white x (unit variance,
 * uncorrelated) the variance of a Glorot-initialized dense layer, times gain²: s_j² ‖U_j‖² = gain² n_v · 2 / (n_v + n_h).
 * @param u [n_v, J·n_α], the columns' atoms side by side
 * @returns [J, n_α, n_h / J], row-major
 */
export function initialCoefficients(u: Matrix, { columns, units, gain, seed }: Initialization): Float32Array {
  const rank = u.cols / columns;
  const each = (rank * units) / columns;
  const squares = new Float64Array(columns);
  u.data.forEach((value, i) => {
    const column = Math.floor((i % u.cols) / rank);
    squares[column] = squares[column]! + value * value;
  });
  const empty = squares.indexOf(0);
  if (empty >= 0)
    throw new RangeError(`core: the atoms of column ${empty} are all zero; the dictionary must offer others`);
  const { normal } = stream(seed, "coefficients");
  return Float32Array.from({ length: columns * each }, (_, i) => {
    const square = squares[Math.floor(i / each)]!;
    return gain * normal() * Math.sqrt((u.rows * glorotVariance(u.rows, units)) / square);
  });
}
