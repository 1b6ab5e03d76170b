import type { Json } from "@weightcast/types";
import type { Precision } from "../../expression/evaluate";
import { add, multiply, number, power, storedBytes, subtract, type Value } from "../../expression/value";
import { cosine, splitWave, wrapped } from "./cosine";
import { fitAmplitudes, type Wave } from "./fit";
import { samples } from "./samples";
import { type Sequence, type Snap, sequenceFormula, sequenceOf, termOf } from "./sequence";
import { type Alignment, type Place, type Window, windowFormula, windowValues } from "./windows";

/** Row of a bank with what fits it; a row of zeros has no wave. */
export interface FittedRow {
  readonly values: Float64Array;
  readonly wave?: Wave;
  readonly place?: Place;
}

/** Windowed sinusoids A w(n) cos(2π (f (n − origin) + phase)), a row for each. */
export interface Part {
  readonly rows: number;
  readonly frequency: Sequence;
  readonly phase: Sequence;
  readonly amplitude: Sequence;
  /** Whether the amplitude is divided by the window's length. */
  readonly perLength: boolean;
  readonly start: Sequence;
  readonly length: Sequence;
  readonly origin: number;
}

/** Shortest description of rows. @param tolerance of an entry */
export function partOf(
  rows: readonly FittedRow[],
  window: Window,
  alignment: Alignment,
  count: number,
  tolerance: number,
): Part {
  const known = rows.filter(({ wave }) => wave);
  const places = rows.map(({ place }) => place ?? known[0]!.place!);
  const whole = (of: (place: Place) => number): Sequence =>
    sequenceOf(
      places.map(of),
      places.map(() => 0),
      wholeSnap,
    );
  const [start, length] = [whole((place) => place.start), whole((place) => place.length)];
  const frequency = sequenceOf(
    rows.map(({ wave }) => wave?.frequency ?? 0),
    rows.map(({ wave }) => wave?.slack ?? Number.POSITIVE_INFINITY),
    frequencySnap(rows.length),
  );
  const fits = rows.map(({ values, wave }, k) =>
    wave
      ? fitAmplitudes(values, windowValues(window, alignment, places[k]!, count), termOf(frequency, k))
      : { a: 0, b: 0, frequency: termOf(frequency, k) },
  );
  const { phase, origin } = phasesOf(fits, count, tolerance);
  const heights = fits.map((fit, k) => {
    const angle = 2 * Math.PI * (termOf(phase, k) - fit.frequency * origin);
    const [c, s] = [Math.cos(angle), -Math.sin(angle)];
    const isDegenerate = fit.frequency === 0 || fit.frequency === 0.5;
    // A row of f = 0 or 1/2 has only a; its cosine must give it.
    return isDegenerate ? (Math.abs(c) > 1e-9 ? fit.a / c : 0) : fit.a * c + fit.b * s;
  });
  const free = heights.map((_, k) => (rows[k]!.wave ? tolerance / 2 : Number.POSITIVE_INFINITY));
  const plain = sequenceOf(heights, free, roundSnap);
  const lengths = places.map((place) => place.length);
  const perLength = plain.kind === "list";
  const amplitude = perLength
    ? sequenceOf(
        heights.map((height, k) => height * lengths[k]!),
        free.map((slack, k) => slack * lengths[k]!),
        roundSnap,
      )
    : plain;
  const isPer = perLength && amplitude.kind === "constant";
  return {
    ...{ rows: rows.length, frequency, phase, origin, start, length },
    ...{ amplitude: isPer ? amplitude : plain, perLength: isPer },
  };
}

interface Fit {
  readonly a: number;
  readonly b: number;
  readonly frequency: number;
}

/** Phases in turns, from the sample at which they are simplest. */
function phasesOf(
  fits: readonly Fit[],
  count: number,
  tolerance: number,
): { readonly phase: Sequence; readonly origin: number } {
  const origins = [0, count / 2, (count - 1) / 2, -0.5];
  const slack = fits.map(({ a, b, frequency }) =>
    frequency === 0 || frequency === 0.5 || (a === 0 && b === 0)
      ? Number.POSITIVE_INFINITY
      : Math.min(0.1, (2 * tolerance) / Math.hypot(a, b) / (2 * Math.PI)),
  );
  const found = origins.map((origin) => {
    const turns = fits.map(({ a, b, frequency }) => wrapped(Math.atan2(-b, a) / (2 * Math.PI) + frequency * origin));
    return { origin, phase: sequenceOf(aligned(turns, slack), slack, phaseSnap) };
  });
  const rank = { constant: 0, linear: 1, geometric: 2, list: 3 };
  return found.reduce((best, one) => (rank[one.phase.kind] < rank[best.phase.kind] ? one : best));
}

/** Phases that are near each other, though one may be half a turn below zero and another above. */
function aligned(turns: readonly number[], slack: readonly number[]): readonly number[] {
  const first = turns.find((_, k) => Number.isFinite(slack[k]!)) ?? 0;
  return turns.map((one) => first + wrapped(one - first));
}

/** A number of few digits, which people choose. */
const roundSnap: Snap = { value: (found) => [Number(found.toPrecision(6))] };

const wholeSnap: Snap = {
  value: (found) => [Math.round(found)],
  line: ({ first, step }) => [{ first: Math.round(first), step: Math.round(step) }],
};

const phaseSnap: Snap = { value: (found) => [Math.round(found * 8) / 8 || 0] };

/** Frequencies that people choose: multiples of 1/M, octaves divided into B, and the base of positional encodings. */
const frequencySnap = (rows: number): Snap => ({
  value: (found) => [0, 1 / Math.round(1 / found)].filter(Number.isFinite),
  line({ first, step }) {
    const exact = 1 / Math.round(1 / step);
    return [0, Math.round(first / exact) * exact, Math.round((2 * first) / exact) * (exact / 2)].map((start) => ({
      ...{ first: start, step: exact },
    }));
  },
  curve({ first, ratio }) {
    const bins = Math.round(Math.LN2 / Math.log(ratio));
    const half = -Math.log(1e4) / Math.log(ratio);
    const turn = Math.abs(first * 2 * Math.PI - 1) < 1e-4 ? 1 / (2 * Math.PI) : first;
    return [2 ** (1 / bins), 1e4 ** (-1 / Math.round(half))]
      .filter((exact) => Number.isFinite(exact) && Math.abs(exact / ratio - 1) * rows < 1e-3)
      .flatMap((exact) => [
        { first: turn, ratio: exact },
        { first, ratio: exact },
      ]);
  },
});

/** Rows of a part as a formula: [rows, count]. */
export function partFormula(
  part: Part,
  window: Window,
  alignment: Alignment,
  count: number,
  precision: Precision,
): Value {
  const { rows, length, amplitude, perLength } = part;
  const shape = windowFormula(window, alignment, part, count, precision);
  const wave = precision === "float64" ? cosine(turnsOf(part, count), precision) : splitWave(part, count);
  const height = sequenceFormula(amplitude, rows, "float32");
  return multiply(multiply(wave, shape), perLength ? multiply(height, reciprocal(length, rows)) : height);
}

const reciprocal = (length: Sequence, rows: number): Value => power(sequenceFormula(length, rows), number(-1));

function turnsOf({ rows, frequency, phase, origin }: Part, count: number): Value {
  const from = origin === 0 ? samples(count) : subtract(samples(count), number(origin));
  const turns = multiply(from, sequenceFormula(frequency, rows, "float64"));
  return phase.kind === "constant" && phase.value === 0 ? turns : add(turns, sequenceFormula(phase, rows, "float32"));
}

/** Bytes of a part's numbers. */
export const partBytes = (part: Part, window: Window, alignment: Alignment, count: number): number =>
  storedBytes(partFormula(part, window, alignment, count, "float64"));

/** Parameters of a part, for people. */
export const partRecipe = (part: Part): Json => ({ ...part }) as unknown as Json;
