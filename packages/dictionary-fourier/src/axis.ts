import { cosine, sine } from "./turns";

/** Name of an orthonormal basis of one axis. */
export type Basis = "cosine" | "fourier" | "hartley";

/** Orthonormal basis Q of one axis, [size, size]: column k is its atom k. */
export interface Axis {
  readonly size: number;
  /** Q_ik, in float64. */
  readonly entry: (i: number, k: number) => number;
  /** Frequency of atom k: an integer in [0, size], where `size` is the Nyquist frequency, half a cycle per sample. */
  readonly frequency: (k: number) => number;
  /** Sample that the discrete Fourier transform takes as its j-th. */
  readonly source: (j: number) => number;
  /**
   * Product with atom k in terms of that transform's sums: Σ_j v_j (c cos + s sin)(2π · bin · j / size), where v_j is sample
   * `source(j)`.
   */
  readonly sum: (k: number) => { readonly bin: number; readonly c: number; readonly s: number };
}

const inOrder = (j: number) => j;

/** Orthonormal DCT-II: Q_ik = √(2/n) cos(π (2i + 1) k / 2n), and 1/√n for k = 0. */
function cosineAxis(n: number): Axis {
  const scale = (k: number) => Math.sqrt((k === 0 ? 1 : 2) / n);
  return {
    size: n,
    entry: (i, k) => scale(k) * cosine((2 * i + 1) * k, 4 * n),
    frequency: (k) => k,
    // Makhoul (1980): with the even samples forward, then the odd ones backward, it is a DFT of size n.
    source: (j) => (2 * j < n ? 2 * j : 2 * n - 1 - 2 * j),
    sum: (k) => ({ bin: k, c: scale(k) * cosine(k, 4 * n), s: -scale(k) * sine(k, 4 * n) }),
  };
}

/**
 * Real Fourier basis: the constant 1/√n; √(2/n) cos(2π f i / n) and √(2/n) sin(2π f i / n) as atoms 2f − 1 and 2f for
 * f = 1, 2, …; and, if n is even, (−1)^i/√n as the last.
 */
function fourierAxis(n: number): Axis {
  const bin = (k: number) => Math.ceil(k / 2);
  const isSine = (k: number) => k > 0 && k % 2 === 0;
  const scale = (k: number) => Math.sqrt((k === 0 || 2 * bin(k) === n ? 1 : 2) / n);
  return {
    size: n,
    entry: (i, k) => scale(k) * (isSine(k) ? sine : cosine)(bin(k) * i, n),
    frequency: (k) => 2 * bin(k),
    source: inOrder,
    sum: (k) => ({ bin: bin(k), c: isSine(k) ? 0 : scale(k), s: isSine(k) ? scale(k) : 0 }),
  };
}

/** Hartley basis: Q_ik = (cos + sin)(2π i k / n)/√n = √(2/n) cos(2π (i k / n − 1/8)), symmetric and its own inverse. */
function hartleyAxis(n: number): Axis {
  const scale = 1 / Math.sqrt(n);
  return {
    size: n,
    entry: (i, k) => Math.sqrt(2 / n) * cosine(8 * i * k - n, 8 * n),
    frequency: (k) => 2 * Math.min(k, n - k),
    source: inOrder,
    sum: (k) => ({ bin: k, c: scale, s: scale }),
  };
}

/** Orthonormal bases of an axis of a given size, by name. */
export const axes: { readonly [basis in Basis]: (size: number) => Axis } = {
  cosine: cosineAxis,
  fourier: fourierAxis,
  hartley: hartleyAxis,
};
