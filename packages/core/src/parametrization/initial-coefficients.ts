import { stream } from "@weightcast/random";

/** Arguments of {@link initialCoefficients}. */
export interface Initialization {
  /** Coefficients of one column of V: n_α · C' · n_h / J. */
  readonly each: number;
  /** ‖U_j‖² · C' of each of the J columns: the sum over the inputs that an output sees. */
  readonly squares: readonly number[];
  /**
   * Variance of the pre-activations that a Glorot-initialized layer gives white inputs: inputs an output sees ·
   * 2 / (fan in + fan out).
   */
  readonly variance: number;
  readonly gain: number;
  readonly seed: number;
}

/**
 * Initial V: normal and independent, with the standard deviation s_j in column j that gives x U_j V_j, for white x (unit
 * variance, uncorrelated), the variance of a Glorot-initialized layer of the same kind, times gain². For a dense layer
 * s_j² ‖U_j‖² = gain² n_v · 2 / (n_v + n_h).
 * @returns J · each numbers, one column after another
 * @throws RangeError if a column's atoms are all zero
 */
export function initialCoefficients({ each, squares, variance, gain, seed }: Initialization): Float32Array {
  const empty = squares.indexOf(0);
  if (empty >= 0)
    throw new RangeError(`core: the atoms of column ${empty} are all zero; the dictionary must offer others`);
  const { normal } = stream(seed, "coefficients");
  const values = new Float32Array(squares.length * each); // `Float32Array.from` takes several times as long
  for (const [column, square] of squares.entries())
    for (let i = column * each; i < (column + 1) * each; i++)
      values[i] = gain * normal() * Math.sqrt(variance / square);
  return values;
}
