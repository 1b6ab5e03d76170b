import type { Precision } from "../../expression/evaluate";
import { absolute, add, floor, multiply, number, numbers, sine, subtract, type Value } from "../../expression/value";
import { samples } from "./samples";
import { type Sequence, termOf } from "./sequence";

/** Turns without whole turns, from −1/2 to 1/2. */
export const wrapped = (turns: number): number => turns - Math.round(turns);

/**
 * cos(2π turns). In float32, turns are taken to −1/4 to 1/4 first, where a sine takes little from the rounding of its argument.
 */
export function cosine(turns: Value, precision: Precision): Value {
  // A cosine is a sine a quarter of a turn later.
  if (precision === "float64") return sine(multiply(add(turns, number(0.25)), number(2 * Math.PI)));
  return ofCentered(centered(turns));
}

const ofCentered = (turns: Value): Value =>
  sine(multiply(subtract(number(0.25), absolute(turns)), number(2 * Math.PI)));

const centered = (turns: Value): Value => subtract(turns, floor(add(turns, number(0.5))));

/**
 * cos(2π (f (n − origin) + phase)) in float32: [rows, count]. f is divided into parts of 12 bits, whose products with n are exact; what is
 * left of it turns the wave so little that the first term of its series will do.
 */
export function splitWave(
  {
    rows,
    frequency,
    phase,
    origin,
  }: { readonly rows: number; readonly frequency: Sequence; readonly phase: Sequence; readonly origin: number },
  count: number,
): Value {
  const from = Math.floor(origin);
  const n = from === 0 ? samples(count) : subtract(samples(count), number(from));
  const all = Array.from({ length: rows }, (_, k) => termOf(frequency, k));
  const coarse = all.map((f) => Math.round(f * 2 ** 12) / 2 ** 12);
  const middle = all.map((f, k) => Math.round((f - coarse[k]!) * 2 ** 24) / 2 ** 24);
  const shift = all.map((f, k) => wrapped(termOf(phase, k) - f * (origin - from)));
  const whole = shift.map((turns) => Math.round(turns * 2 ** 24) / 2 ** 24);
  const rest = all.map((f, k) => f - coarse[k]! - middle[k]!);
  const shiftRest = shift.map((turns, k) => turns - whole[k]!);
  const column = (values: readonly number[]) => {
    const isOne = values.every((value) => value === values[0]);
    return isOne ? number(Math.fround(values[0]!)) : numbers(values, [rows, 1], "float32");
  };
  const line = (slope: readonly number[], start: readonly number[]): Value | undefined => {
    const product = slope.some((one) => one !== 0) ? multiply(n, column(slope)) : undefined;
    const begin = start.some((one) => one !== 0) ? column(start) : undefined;
    return product && begin ? add(product, begin) : (product ?? begin);
  };
  const [first, second] = [centered(multiply(n, column(coarse))), line(middle, whole)];
  const turns = second ? centered(add(first, second)) : first;
  const small = line(rest, shiftRest);
  if (!small) return ofCentered(turns);
  const full = number(2 * Math.PI);
  return subtract(ofCentered(turns), multiply(multiply(small, full), sine(multiply(turns, full))));
}
