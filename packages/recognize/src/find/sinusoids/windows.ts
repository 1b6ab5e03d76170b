import {
  absolute,
  add,
  divide,
  less,
  multiply,
  number,
  range,
  reshape,
  sine,
  subtract,
  type Value,
} from "../../expression/value";

/**
 * Window of a filter: a cosine sum Σ_k a_k cos(2πk u), a sine sin(πu), or a triangle 1 − |2u − 1|, of u from 0 to 1 over its length.
 *
 * Source: the names are those of `scipy.signal.get_window`.
 */
export interface Window {
  readonly name: string;
  /** a_k of a cosine sum. */
  readonly terms?: readonly number[];
  readonly shape?: "sine" | "triangle";
}

export const rectangular: Window = { name: "rectangular", terms: [1] };

export const windows: readonly Window[] = [
  rectangular,
  { name: "hann", terms: [0.5, -0.5] },
  { name: "hamming", terms: [0.54, -0.46] },
  { name: "blackman", terms: [0.42, -0.5, 0.08] },
  { name: "nuttall", terms: [0.3635819, -0.4891775, 0.1365995, -0.0106411] },
  { name: "blackmanharris", terms: [0.35875, -0.48829, 0.14128, -0.01168] },
  { name: "flattop", terms: [0.21557895, -0.41663158, 0.277263158, -0.083578947, 0.006947368] },
  { name: "cosine", shape: "sine" },
  { name: "bartlett", shape: "triangle" },
];

/**
 * How a window of L samples lies over them: its u is 0 at the first and 1 one sample behind the last (`periodic`), 1 at the last
 * (`symmetric`), or both half a sample outside (`half`).
 */
export type Alignment = "periodic" | "symmetric" | "half";

/** Samples that a window covers. */
export interface Place {
  readonly start: number;
  readonly length: number;
}

const offset = { periodic: 0, symmetric: 0, half: 0.5 } as const;
const less1 = { periodic: 0, symmetric: 1, half: 0 } as const;

/** Values of a window at 0, …, count − 1; 0 outside its place. */
export function windowValues(
  window: Window,
  alignment: Alignment,
  { start, length }: Place,
  count: number,
): Float64Array {
  const values = new Float64Array(count);
  const span = Math.max(1, length - less1[alignment]);
  for (let n = Math.max(0, start); n < Math.min(count, start + length); n++)
    values[n] = at(window, (n - start + offset[alignment]) / span);
  return values;
}

function at({ terms, shape }: Window, u: number): number {
  if (shape === "sine") return Math.sin(Math.PI * u);
  if (shape === "triangle") return 1 - Math.abs(2 * u - 1);
  return terms!.reduce((sum, term, k) => sum + term * Math.cos(2 * Math.PI * k * u), 0);
}

/**
 * Window as a formula: [rows, count].
 *
 * @param start first sample of each row, [rows, 1] or []
 * @param length of each row, the same
 */
export function windowFormula(
  window: Window,
  alignment: Alignment,
  { start, length }: { readonly start: Value; readonly length: Value },
  count: number,
): Value {
  const samples = reshape(range(count), [1, count]);
  const from =
    offset[alignment] === 0 ? subtract(samples, start) : add(subtract(samples, start), number(offset[alignment]));
  const u = divide(from, less1[alignment] === 0 ? length : subtract(length, number(1)));
  const middle = add(start, multiply(subtract(length, number(1)), number(0.5)));
  const inside = less(absolute(subtract(samples, middle)), multiply(length, number(0.5)));
  return multiply(inside, shapeOf(window, u));
}

function shapeOf({ terms, shape }: Window, u: Value): Value {
  if (shape === "sine") return sine(multiply(u, number(Math.PI)));
  if (shape === "triangle") return subtract(number(1), absolute(subtract(multiply(u, number(2)), number(1))));
  return terms!
    .map((term, k) =>
      k === 0
        ? number(term)
        : multiply(number(term), sine(add(multiply(u, number(2 * Math.PI * k)), number(Math.PI / 2)))),
    )
    .reduce(add);
}
