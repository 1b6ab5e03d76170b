import { sizeOf } from "@weightcast/types";
import { add, exponential, multiply, number, numbers, range, reshape, subtract, type Value } from "../expression/value";
import type { Finder } from "./finding";

/** Gaussian filters over the last one or two axes: logarithms of their entries are a quadratic polynomial of the place. */
export const findGaussian: Finder = ({ tensor: { shape, type }, values }) => {
  if (!type.includes("float") || shape.length === 0) return undefined;
  const [high, wide] = [shape.at(-2) ?? 1, shape.at(-1)!];
  const size = high * wide;
  const sign = Math.sign(values[0]!);
  if (size < 9 || values.some((value) => !(value * sign > 0) || !Number.isFinite(value))) return undefined;
  const terms = termsOf(high, wide);
  const all: Float64Array[] = [];
  for (let start = 0; start < values.length; start += size) {
    const logs = values.subarray(start, start + size).map((value) => Math.log(value * sign));
    const factors = leastSquares(terms, logs);
    // Entries of one value are a constant, not a Gaussian.
    if (!factors || factors.slice(-3).every((factor) => Math.abs(factor) < 1e-6)) return undefined;
    const isSuch = logs.every(
      (log, i) => Math.abs(terms.reduce((sum, term, k) => sum + factors[k]! * term[i]!, -log)) < 1e-4,
    );
    if (!isSuch) return undefined;
    all.push(factors);
  }
  const count = all.length;
  const column = (k: number): Value => {
    const list = all.map((factors) => Math.fround(factors[k]!));
    return list.every((one) => one === list[0]) ? number(list[0]!) : numbers(list, [count, 1]);
  };
  return {
    ...{
      kind: "gaussian",
      title: `${count === 1 ? "Gaussian filter" : `${count} Gaussian filters`} of ${high} × ${wide}`,
    },
    recipe: { exponents: all.map((factors) => [...factors]) },
    formula: () => {
      const [y, x] = [centered(high, [high, 1]), centered(wide, [1, wide])];
      const flat = (value: Value) => reshape(value, [1, size]);
      const full = (value: Value) => flat(add(value, multiply(add(y, x), number(0))));
      const places = [full(y), full(x), full(multiply(y, y)), full(multiply(y, x)), full(multiply(x, x))];
      const used = places.flatMap((place, k) =>
        all.every((factors) => factors[k + 1] === 0) ? [] : [multiply(place, column(k + 1))],
      );
      const exponent = add(used.reduce(add), column(0));
      const filters = exponential(exponent);
      return reshape(
        sign < 0 ? multiply(filters, number(-1)) : filters,
        sizeOf(shape) === count * size ? shape : [count, size],
      );
    },
  };
};

/** −(n − 1)/2, …, (n − 1)/2. */
const centered = (count: number, shape: readonly number[]): Value =>
  reshape(subtract(range(count), number((count - 1) / 2)), shape);

/** 1, y, x, y², xy, x² at each place; those that are 0 everywhere along an axis of length 1 stay 0. */
function termsOf(high: number, wide: number): readonly Float64Array[] {
  const place = (i: number) => [Math.floor(i / wide) - (high - 1) / 2, (i % wide) - (wide - 1) / 2] as const;
  const all = [
    () => 1,
    (y: number) => y,
    (_: number, x: number) => x,
    (y: number) => y * y,
    (y: number, x: number) => x * y,
    (_: number, x: number) => x * x,
  ];
  return all.map((of) => Float64Array.from({ length: high * wide }, (_, i) => of(...place(i))));
}

/** Factors of terms that give values best, by the normal equations; 0 for terms that others give. */
function leastSquares(terms: readonly Float64Array[], values: Float64Array): Float64Array | undefined {
  const count = terms.length;
  const basis = terms.map((term) => Float64Array.from(term));
  const coefficients = basis.map((_, k) => Float64Array.from({ length: count }, (_, j) => Number(j === k)));
  const result = new Float64Array(count);
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  for (let k = 0; k < count; k++) {
    const before = dot(basis[k]!, basis[k]!);
    for (let j = 0; j < k; j++) {
      const norm = dot(basis[j]!, basis[j]!);
      if (norm === 0) continue;
      const share = dot(basis[k]!, basis[j]!) / norm;
      for (let i = 0; i < values.length; i++) basis[k]![i]! -= share * basis[j]![i]!;
      for (let i = 0; i < count; i++) coefficients[k]![i]! -= share * coefficients[j]![i]!;
    }
    const norm = dot(basis[k]!, basis[k]!);
    if (norm <= 1e-12 * before || norm === 0) {
      basis[k]!.fill(0);
      continue;
    }
    const share = dot(basis[k]!, values) / norm;
    for (let i = 0; i < count; i++) result[i]! += share * coefficients[k]![i]!;
  }
  return result.every(Number.isFinite) ? result : undefined;
}
