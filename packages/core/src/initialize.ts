import { stream } from "@weightcast/random";
import { glorotVariance } from "./basics";

/** What {@link initialCoefficients} depends on. */
export interface Initialization {
  /** n_v */
  readonly inputs: number;
  /** n_α */
  readonly rank: number;
  /** n_h */
  readonly units: number;
  /** ‖U_j‖² of each of the J columns. */
  readonly squares: readonly number[];
  readonly gain: number;
  readonly seed: number;
}

/**
 * The first V: normal, independent, its deviation s_j in column j such that x U_j V_j has for white x (unit variance,
 * uncorrelated) the variance of a Glorot-initialized dense layer, times gain²: s_j² ‖U_j‖² = gain² n_v · 2 / (n_v + n_h).
 * @returns [J, n_α, n_h / J], row-major
 */
export function initialCoefficients({ inputs, rank, units, squares, gain, seed }: Initialization): Float32Array {
  const columns = squares.length;
  const each = (rank * units) / columns;
  const empty = squares.indexOf(0);
  if (empty >= 0)
    throw new RangeError(`core: the atoms of column ${empty} are all zero; the dictionary must offer others`);
  const { normal } = stream(seed, "coefficients");
  return Float32Array.from({ length: columns * each }, (_, i) => {
    const square = squares[Math.floor(i / each)]!;
    return gain * normal() * Math.sqrt((inputs * glorotVariance(inputs, units)) / square);
  });
}
