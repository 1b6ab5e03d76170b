import FFT from "fft.js";
import { cosine, sine } from "./turns";

/**
 * Discrete Fourier transform Z_k = Σ_j z_j exp(−2πi j k / n) of n complex numbers, each stored as two entries.
 * @param out Z, [2n], overwritten
 * @param signal z, [2n], another buffer
 */
export type Dft = (out: Float64Array, signal: Float64Array) => void;

/** Size below which plain sums are faster than two transforms of twice the size: for channels, for instance. */
const few = 16;

/**
 * Discrete Fourier transform of any size n in O(n log n), in float64. Powers of two are left to fft.js; other sizes are
 * convolutions whose size is a power of two, at least 2n − 1 (Bluestein 1970), or plain sums if they are small.
 */
export function dft(n: number): Dft {
  if (n === 1) return (out, signal) => out.set(signal); // the smallest size of fft.js is 2
  if ((n & (n - 1)) === 0) {
    const fft = new FFT(n);
    return (out, signal) => fft.transform(out, signal);
  }
  return n < few ? sums(n) : chirp(n);
}

/** Transform by plain sums: Z_k = Σ_j z_j exp(−2πi j k / n). */
function sums(n: number): Dft {
  const re = Float64Array.from({ length: n }, (_, j) => cosine(j, n));
  const im = Float64Array.from({ length: n }, (_, j) => sine(j, n));
  return (out, signal) => {
    for (let k = 0; k < n; k++) {
      let x = 0;
      let y = 0;
      let turn = 0;
      for (let j = 0; j < n; j++) {
        const u = signal[2 * j]!;
        const v = signal[2 * j + 1]!;
        const c = re[turn]!;
        const s = im[turn]!;
        x += u * c + v * s;
        y += v * c - u * s;
        turn = turn + k < n ? turn + k : turn + k - n;
      }
      out[2 * k] = x;
      out[2 * k + 1] = y;
    }
  };
}

/**
 * Bluestein's chirp transform. As 2jk = j² + k² − (k − j)², with w_j = exp(πi j² / n),
 *
 *   Z_k = conj(w_k) Σ_j (z_j conj(w_j)) w_{k−j}
 *
 * The phases j² are reduced modulo 2n in whole numbers; otherwise a long transform would lose digits.
 */
function chirp(n: number): Dft {
  const length = 2 ** Math.ceil(Math.log2(2 * n - 1));
  const fft = new FFT(length);
  const [padded, spectrum] = [new Float64Array(2 * length), new Float64Array(2 * length)];
  const filter = new Float64Array(2 * length);
  const re = Float64Array.from({ length: n }, (_, j) => cosine(j * j, 2 * n));
  const im = Float64Array.from({ length: n }, (_, j) => sine(j * j, 2 * n));
  for (let j = 0; j < n; j++)
    for (const at of new Set([j, (length - j) % length])) {
      padded[2 * at] = re[j]!;
      padded[2 * at + 1] = im[j]!;
    }
  fft.transform(filter, padded);

  return (out, signal) => {
    padded.fill(0);
    turnBack(padded, signal);
    fft.transform(spectrum, padded);
    for (let at = 0; at < filter.length; at += 2) {
      const x = spectrum[at]!;
      const y = spectrum[at + 1]!;
      const u = filter[at]!;
      const v = filter[at + 1]!;
      spectrum[at] = x * u - y * v;
      spectrum[at + 1] = x * v + y * u;
    }
    fft.inverseTransform(padded, spectrum);
    turnBack(out, padded);
  };

  /** Sets out_j = signal_j conj(w_j). */
  function turnBack(out: Float64Array, signal: Float64Array): void {
    for (let j = 0; j < n; j++) {
      const x = signal[2 * j]!;
      const y = signal[2 * j + 1]!;
      const u = re[j]!;
      const v = im[j]!;
      out[2 * j] = x * u + y * v;
      out[2 * j + 1] = y * u - x * v;
    }
  }
}
