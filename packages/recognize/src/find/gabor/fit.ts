import { type Grid, refined, type Wave } from "./wave";

/** Frequencies on half of an axis, at which a filter's spectrum is looked at, and the step between them, an angle a pixel. */
const half = 16;
const turn = Math.PI / half;

/** Directions of slow waves. */
const directions = [
  [1, 0],
  [0, 1],
  [0.7, 0.7],
  [0.7, -0.7],
] as const;

/** Starts of a fit that are tried, and how many entries a window may have for starts at all frequencies. */
const [tried, few] = [16, 225];
/** What the best start may leave over, as a share of the filter's norm: other weights are ruled out at once. */
const screen = 0.8;
/** Envelopes to start from, as parts of that of the second moments: a window that cuts an envelope off shows less of it than there is. */
const parts = [2, 1, 0.4, 0.1];

/** Gabor filter that gives a filter to the rounding of float32; undefined if there is none. */
export function waveOf(values: Float64Array, grid: Grid): Wave | undefined {
  const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  const starts = startsFor(values, grid, norm).sort((one, other) => one.error - other.error);
  if (!(starts[0] && starts[0].error < screen * norm)) return undefined;
  for (const { wave } of starts.slice(0, tried)) {
    const found = refined(values, grid, wave);
    if (found) return found;
  }
  return undefined;
}

/** Waves of each frequency in each envelope, with the factors of cosine and sine that fit best, and what they leave over. */
function startsFor(values: Float64Array, grid: Grid, norm: number) {
  const moments = envelopeOf(values, grid);
  if (!moments) return [];
  const { y, x } = grid;
  const envelopes = parts.map((part) => {
    const [a, b, c] = [part * moments.a, part * moments.b, part * moments.c];
    return { a, b, c, values: values.map((_, i) => Math.exp(-(a * y[i]! ** 2 + b * x[i]! * y[i]! + c * x[i]! ** 2))) };
  });
  return frequenciesOf(values, grid).flatMap(([u, v]) => {
    const cos = values.map((_, i) => Math.cos(u * x[i]! + v * y[i]!));
    const sin = values.map((_, i) => -Math.sin(u * x[i]! + v * y[i]!));
    return envelopes.map(({ a, b, c, values: envelope }) => {
      const { p, q, reached } = factorsOf(values, envelope, cos, sin);
      return { wave: { p, q, a, b, c, u, v }, error: Math.sqrt(Math.max(0, norm * norm - reached)) };
    });
  });
}

/** Factors of cosine and sine in an envelope that fit a filter best, and how much of its square they reach. */
function factorsOf(values: Float64Array, envelope: Float64Array, cosines: Float64Array, sines: Float64Array) {
  let [cc, cs, ss, cg, sg] = [0, 0, 0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const [cos, sin] = [envelope[i]! * cosines[i]!, envelope[i]! * sines[i]!];
    cc += cos * cos;
    cs += cos * sin;
    ss += sin * sin;
    cg += cos * values[i]!;
    sg += sin * values[i]!;
  }
  const determinant = cc * ss - cs * cs;
  const [p, q] =
    Math.abs(determinant) > 1e-12 * cc * ss
      ? [(cg * ss - sg * cs) / determinant, (sg * cc - cg * cs) / determinant]
      : [cg / cc, 0];
  return { p, q, reached: p * cg + q * sg };
}

/** Envelope with the second moments of the squared entries: those of exp(−2 zᵀMz) are (4M)⁻¹. */
function envelopeOf(values: Float64Array, { y, x }: Grid): Pick<Wave, "a" | "b" | "c"> | undefined {
  let [total, yy, xy, xx] = [0, 0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const energy = values[i]! ** 2;
    total += energy;
    yy += energy * y[i]! ** 2;
    xy += energy * y[i]! * x[i]!;
    xx += energy * x[i]! ** 2;
  }
  const determinant = (yy * xx - xy * xy) / (total * total);
  if (!(determinant > 0)) return undefined;
  const scale = 1 / (4 * determinant * total);
  return { a: scale * xx, b: -2 * scale * xy, c: scale * yy };
}

/**
 * Frequencies to start from: those of a small window all, of others the largest peaks of the spectrum; and slow waves in four directions, whose peak
 * is hidden by the mean.
 */
function frequenciesOf(values: Float64Array, grid: Grid): readonly (readonly [u: number, v: number])[] {
  const { y, x } = grid;
  const slow = Math.PI / (2 * Math.max(x.at(-1)!, y.at(-1)!) + 1);
  const places = values.length <= few ? every : peaksOf(values, grid);
  return [
    ...places.map(({ i, j }) => [turn * i, turn * j] as const),
    ...directions.map(([i, j]) => [slow * i, slow * j] as const),
  ];
}

/** Largest peaks of the spectrum. */
function peaksOf(values: Float64Array, { y, x }: Grid): readonly { readonly i: number; readonly j: number }[] {
  const power = new Map<string, number>();
  const at = (i: number, j: number) => power.get(`${i},${j}`) ?? 0;
  const wide = y.findIndex((place) => place !== y[0]);
  const rows = y.filter((_, k) => k % wide === 0);
  for (let i = 0; i <= half; i++) {
    // Sums over each row first.
    const [real, imaginary] = [new Float64Array(rows.length), new Float64Array(rows.length)];
    for (let k = 0; k < values.length; k++) {
      const row = Math.floor(k / wide);
      real[row]! += values[k]! * Math.cos(turn * i * x[k]!);
      imaginary[row]! += values[k]! * Math.sin(turn * i * x[k]!);
    }
    for (let j = -half; j <= half; j++) {
      let [re, im] = [0, 0];
      for (let row = 0; row < rows.length; row++) {
        const [cos, sin] = [Math.cos(turn * j * rows[row]!), Math.sin(turn * j * rows[row]!)];
        re += real[row]! * cos - imaginary[row]! * sin;
        im += real[row]! * sin + imaginary[row]! * cos;
      }
      power.set(`${i},${j}`, re * re + im * im);
    }
  }
  const peaks: { readonly i: number; readonly j: number }[] = [];
  for (let i = 0; i <= half; i++)
    for (let j = -half; j <= half; j++) {
      const around = [-1, 0, 1].flatMap((di) => [-1, 0, 1].map((dj) => at(i + di, j + dj)));
      if (at(i, j) >= Math.max(...around)) peaks.push({ i, j });
    }
  return peaks
    .filter(({ i, j }) => i !== 0 || j !== 0)
    .sort((one, other) => at(other.i, other.j) - at(one.i, one.j))
    .slice(0, 4);
}

/** Every other frequency of the spectrum but 0. */
const every = Array.from({ length: half / 2 + 1 }, (_, i) =>
  Array.from({ length: half + 1 }, (_, j) => ({ i: 2 * i, j: 2 * j - half })),
)
  .flat()
  .filter(({ i, j }) => i !== 0 || j !== 0);
