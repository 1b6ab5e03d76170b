import { add, exponential, multiply, number, numbers, range, reshape, type Value } from "../../expression/value";
import type { NumberType } from "../../tensors/number-type";

/** Numbers of the rows of a bank: a parameter that is the same for all, evenly spaced, of a constant ratio, or a list. */
export type Sequence =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "linear"; readonly first: number; readonly step: number }
  | { readonly kind: "geometric"; readonly first: number; readonly ratio: number }
  | { readonly kind: "list"; readonly values: readonly number[] };

/** Number k of a sequence. */
export function termOf(sequence: Sequence, k: number): number {
  if (sequence.kind === "constant") return sequence.value;
  if (sequence.kind === "linear") return sequence.first + k * sequence.step;
  return sequence.kind === "geometric" ? sequence.first * Math.exp(k * Math.log(sequence.ratio)) : sequence.values[k]!;
}

/** Sequence as a formula: [] if it is constant, otherwise [count, 1]. @param stored type of a list */
export function sequenceFormula(sequence: Sequence, count: number, stored?: NumberType): Value {
  if (sequence.kind === "constant") return number(sequence.value);
  if (sequence.kind === "list") return numbers(sequence.values, [count, 1], stored);
  const k = reshape(range(count), [count, 1]);
  if (sequence.kind === "linear") return add(multiply(k, number(sequence.step)), number(sequence.first));
  return multiply(exponential(multiply(k, number(Math.log(sequence.ratio)))), number(sequence.first));
}

/**
 * Shortest sequence that gives values up to their slack.
 *
 * @param slack of each value: Infinity if it may be anything
 */
export function sequenceOf(values: readonly number[], slack: readonly number[], snap: Snap = {}): Sequence {
  const weights = slack.map((one) => (Number.isFinite(one) ? 1 / Math.max(one, 1e-12) ** 2 : 0));
  const gives = (sequence: Sequence) =>
    values.every(
      (value, k) => !(slack[k]! < Number.POSITIVE_INFINITY) || Math.abs(termOf(sequence, k) - value) <= slack[k]!,
    );
  const candidates: Sequence[] = [];
  const mean = weighted(weights, (k) => values[k]!);
  for (const value of [...(snap.value?.(mean) ?? []), mean]) candidates.push({ kind: "constant", value });
  const line = lineThrough(values, weights);
  if (line) for (const one of [...(snap.line?.(line) ?? []), line]) candidates.push({ kind: "linear", ...one });
  if (values.every((value, k) => value > 0 || weights[k] === 0)) {
    const logs = values.map((value) => (value > 0 ? Math.log(value) : 0));
    const curve = lineThrough(
      logs,
      weights.map((weight, k) => weight * values[k]! ** 2),
    );
    const found = curve && { first: Math.exp(curve.first), ratio: Math.exp(curve.step) };
    if (found)
      for (const one of [...(snap.curve?.(found) ?? []), found]) candidates.push({ kind: "geometric", ...one });
  }
  return candidates.find(gives) ?? { kind: "list", values };
}

type Line = { readonly first: number; readonly step: number };
type Curve = { readonly first: number; readonly ratio: number };

/** Numbers that are likelier than those measured, tried first. */
export interface Snap {
  value?(found: number): readonly number[];
  line?(found: Line): readonly Line[];
  curve?(found: Curve): readonly Curve[];
}

function weighted(weights: readonly number[], of: (k: number) => number): number {
  let [sum, total] = [0, 0];
  for (const [k, weight] of weights.entries()) {
    if (weight === 0) continue;
    sum += weight * of(k);
    total += weight;
  }
  return total === 0 ? 0 : sum / total;
}

/** Line through weighted values over 0, 1, 2, …; undefined with fewer than three. */
function lineThrough(values: readonly number[], weights: readonly number[]): Line | undefined {
  if (weights.filter((weight) => weight > 0).length < 3) return undefined;
  const [place, mean] = [weighted(weights, (k) => k), weighted(weights, (k) => values[k]!)];
  const spread = weighted(weights, (k) => (k - place) ** 2);
  if (!(spread > 0)) return undefined;
  const step = weighted(weights, (k) => (k - place) * (values[k]! - mean)) / spread;
  return { first: mean - step * place, step };
}
