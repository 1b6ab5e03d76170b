/** Sinusoid in a window: x[n] = w[n] (a cos(2πfn) + b sin(2πfn)). */
export interface Wave {
  /** f, in turns a sample, from 0 to 0.5. */
  readonly frequency: number;
  readonly a: number;
  readonly b: number;
  /** Change of f that changes an entry by the tolerance: how well the entries tell it. */
  readonly slack: number;
  /** Largest difference. */
  readonly difference: number;
}

/**
 * Sinusoid that gives a row in a known window, by least squares: f from the recurrence y[n+1] + y[n−1] = 2 cos(2πf) y[n] of
 * y = x / w, then by Gauss–Newton steps.
 *
 * @returns undefined if an entry differs by more than the tolerance
 */
export function fitWave(x: ArrayLike<number>, w: ArrayLike<number>, tolerance: number): Wave | undefined {
  for (const frequency of [0, 0.5]) {
    const flat = fitFlat(x, w, frequency === 0 ? 1 : -1, tolerance);
    if (!flat) continue;
    // Around both, entries change with the square of f.
    const slack = Math.sqrt(tolerance / Math.max(Math.abs(flat.a), tolerance)) / (2 * Math.PI * x.length);
    return { ...flat, frequency, b: 0, slack };
  }
  const energy = sumOf(x.length, (n) => x[n]! ** 2);
  const start = recurrence(x, w);
  if (Number.isNaN(start)) return undefined;
  // Slow waves hardly bend, so that the recurrence does not tell them apart.
  const starts =
    start * x.length > 0.2 ? [start] : [start, 0.1, 0.03, 0.003].map((f, i) => (i === 0 ? f : f / x.length));
  for (const frequency of starts) {
    const wave = refined(x, w, frequency, energy, tolerance);
    if (wave) return wave;
  }
  return undefined;
}

function refined(
  x: ArrayLike<number>,
  w: ArrayLike<number>,
  start: number,
  energy: number,
  tolerance: number,
): Wave | undefined {
  let frequency = start;
  for (let step = 0; step < 15; step++) {
    if (!(frequency > 0 && frequency < 0.5)) return undefined;
    const waves = wavesOf(w, frequency);
    const { a, b, difference, rest } = fitTo(x, waves, frequency);
    // Steps converge quadratically where there is something to find.
    if (!(rest <= (step < 6 ? 0.3 : 1e-3) * energy)) return undefined;
    const { change, sensitivity } = newton(x, waves, a, b);
    if (difference <= tolerance && (Math.abs(change) * sensitivity < 1e-3 * tolerance || step > 8))
      return { frequency, a, b, difference, slack: tolerance / sensitivity };
    frequency += Math.max(-0.5 * frequency, Math.min(change, frequency));
  }
  return undefined;
}

/** Fit by a window times a number, or one of alternating sign. */
function fitFlat(
  x: ArrayLike<number>,
  w: ArrayLike<number>,
  sign: 1 | -1,
  tolerance: number,
): { readonly a: number; readonly difference: number } | undefined {
  let [top, bottom] = [0, 0];
  for (let n = 0, s = 1; n < x.length; n++, s *= sign) {
    top += s * w[n]! * x[n]!;
    bottom += w[n]! * w[n]!;
  }
  const a = bottom > 0 ? top / bottom : 0;
  let difference = 0;
  for (let n = 0, s = 1; n < x.length; n++, s *= sign) {
    difference = Math.max(difference, Math.abs(s * a * w[n]! - x[n]!));
    if (difference > tolerance) return undefined;
  }
  return { a, difference };
}

/** a and b by least squares, for a known frequency. */
export function fitAmplitudes(x: ArrayLike<number>, w: ArrayLike<number>, frequency: number): Omit<Wave, "slack"> {
  return fitTo(x, wavesOf(w, frequency), frequency);
}

/** w(n) cos(2πfn) and w(n) sin(2πfn). */
interface Waves {
  readonly c: Float64Array;
  readonly s: Float64Array;
}

function wavesOf(w: ArrayLike<number>, frequency: number): Waves {
  const [c, s] = [new Float64Array(w.length), new Float64Array(w.length)];
  const [turn, lift] = [Math.cos(2 * Math.PI * frequency), Math.sin(2 * Math.PI * frequency)];
  // One rotation after the other: their rounding adds up to far less than that of float32.
  for (let n = 0, re = 1, im = 0; n < w.length; n++) {
    c[n] = w[n]! * re;
    s[n] = w[n]! * im;
    [re, im] = [re * turn - im * lift, im * turn + re * lift];
  }
  return { c, s };
}

function fitTo(
  x: ArrayLike<number>,
  { c, s }: Waves,
  frequency: number,
): Omit<Wave, "slack"> & { readonly rest: number } {
  let [cc, cs, ss, cx, sx] = [0, 0, 0, 0, 0];
  for (let n = 0; n < x.length; n++) {
    cc += c[n]! * c[n]!;
    cs += c[n]! * s[n]!;
    ss += s[n]! * s[n]!;
    cx += c[n]! * x[n]!;
    sx += s[n]! * x[n]!;
  }
  const determinant = cc * ss - cs * cs;
  const isOne = determinant <= 1e-12 * cc * cc;
  const a = isOne ? cx / cc : (cx * ss - sx * cs) / determinant;
  const b = isOne ? 0 : (sx * cc - cx * cs) / determinant;
  let [difference, rest] = [0, 0];
  for (let n = 0; n < x.length; n++) {
    const error = Math.abs(a * c[n]! + b * s[n]! - x[n]!);
    if (error > difference) difference = error;
    rest += error * error;
  }
  return { frequency, a, b, difference: Number.isNaN(rest) ? Number.POSITIVE_INFINITY : difference, rest };
}

/** Gauss–Newton change of f, and how much an entry changes with f when a and b follow. */
function newton(x: ArrayLike<number>, { c, s }: Waves, a: number, b: number) {
  const count = x.length;
  const slope = new Float64Array(count);
  const rest = new Float64Array(count);
  const other = s.slice();
  for (let n = 0; n < count; n++) {
    slope[n] = 2 * Math.PI * (n - count / 2) * (b * c[n]! - a * s[n]!);
    rest[n] = x[n]! - a * c[n]! - b * s[n]!;
  }
  remove(other, c);
  for (const one of [c, other]) remove(slope, one);
  const change = dot(slope, rest) / (dot(slope, slope) || 1);
  return { change, sensitivity: slope.reduce((most, value) => Math.max(most, Math.abs(value)), 0) };
}

function dot(p: Float64Array, q: Float64Array): number {
  let sum = 0;
  for (let n = 0; n < p.length; n++) sum += p[n]! * q[n]!;
  return sum;
}

/** Removes what a column has of another. */
function remove(p: Float64Array, q: Float64Array): void {
  const share = dot(p, q) / (dot(q, q) || 1);
  for (let n = 0; n < p.length; n++) p[n]! -= share * q[n]!;
}

/** f by least squares of the recurrence; NaN if it has none. */
function recurrence(x: ArrayLike<number>, w: ArrayLike<number>): number {
  let [top, bottom] = [0, 0];
  for (let n = 1; n < x.length - 1; n++) {
    const least = Math.min(w[n - 1]!, w[n]!, w[n + 1]!);
    if (!(least > 1e-3)) continue;
    const y = x[n]! / w[n]!;
    top += least ** 4 * y * (x[n - 1]! / w[n - 1]! + x[n + 1]! / w[n + 1]!);
    bottom += least ** 4 * y * y;
  }
  return Math.acos(Math.max(-1, Math.min(1, top / bottom / 2))) / (2 * Math.PI);
}

function sumOf(count: number, of: (n: number) => number): number {
  let sum = 0;
  for (let n = 0; n < count; n++) sum += of(n);
  return sum;
}
