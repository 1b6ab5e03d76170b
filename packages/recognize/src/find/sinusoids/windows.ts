import type { Precision } from "../../expression/evaluate";
import { absolute, add, divide, less, multiply, number, sine, subtract, type Value } from "../../expression/value";
import { cosine } from "./cosine";
import { samples } from "./samples";
import { type Sequence, sequenceFormula } from "./sequence";

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

const rectangular: Window = { name: "rectangular", terms: [1] };

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
 * Window as a formula: [rows, count], or [1, count] if it is the same for all.
 *
 * @param start first sample of each row
 * @param length of each row
 */
export function windowFormula(
  window: Window,
  alignment: Alignment,
  { start, length, rows }: { readonly start: Sequence; readonly length: Sequence; readonly rows: number },
  count: number,
  precision: Precision,
): Value {
  const [first, size] = [sequenceFormula(start, rows), sequenceFormula(length, rows)];
  const from = subtract(samples(count), first);
  const u = divide(
    offset[alignment] === 0 ? from : add(from, number(offset[alignment])),
    less1[alignment] === 0 ? size : subtract(size, number(1)),
  );
  const coversAll =
    start.kind === "constant" && length.kind === "constant" && start.value <= 0 && start.value + length.value >= count;
  if (coversAll) return shapeOf(window, u, precision);
  const middle = add(first, multiply(subtract(size, number(1)), number(0.5)));
  const inside = less(absolute(subtract(samples(count), middle)), multiply(size, number(0.5)));
  return multiply(inside, shapeOf(window, u, precision));
}

function shapeOf({ terms, shape }: Window, u: Value, precision: Precision): Value {
  if (shape === "sine") return sine(multiply(u, number(Math.PI)));
  if (shape === "triangle") return subtract(number(1), absolute(subtract(multiply(u, number(2)), number(1))));
  return terms!
    .map((term, k) =>
      k === 0 ? number(term) : multiply(number(term), cosine(k === 1 ? u : multiply(u, number(k)), precision)),
    )
    .reduce(add);
}
