import type { FactorizedLayer } from "@weightcast/core";
import { sizeOf } from "@weightcast/types";
import {
  add,
  divide,
  exp,
  identityMatrix,
  multiply,
  negative,
  number,
  numbers,
  power,
  product,
  range,
  reshape,
  sqrt,
  subtract,
  transpose,
  type Value,
  wholes,
} from "./algebra";
import { evaluate } from "./evaluate";

/** Options of the recipe "kernel". */
interface KernelRecipe {
  readonly kernel: string;
  readonly lengthScale: number | readonly number[];
  readonly alpha: number;
  readonly ridge: number;
}

/** Kernels as functions of D², the squared distance in length scales, by their names in recipes. */
const profiles: Readonly<Record<string, (square: Value, alpha: number) => Value>> = {
  "squared-exponential": (square) => exp(multiply(square, number(-1 / 2))),
  exponential: (square) => exp(negative(sqrt(square))),
  "matern-3/2": (square) => {
    const r = multiply(sqrt(square), number(Math.sqrt(3)));
    return multiply(add(r, number(1)), exp(negative(r)));
  },
  "matern-5/2": (square) => {
    const r = multiply(sqrt(square), number(Math.sqrt(5)));
    return multiply(add(add(r, number(1)), multiply(square, number(5 / 3))), exp(negative(r)));
  },
  "rational-quadratic": (square, alpha) =>
    power(add(multiply(square, number(1 / (2 * alpha))), number(1)), number(-alpha)),
};

/**
 * U = k_αᵀ (K_α + λI)⁻¹ of kernel ridge regression on a grid, for all columns at once: [n_v, J·n_α], float64.
 * @returns undefined for a kernel that is not known here, and if the inverse takes too many steps or too long
 */
export function kernelAtoms({
  recipe,
  rank,
  ...layer
}: Pick<FactorizedLayer, "recipe" | "rank" | "indices">): Value | undefined {
  const { kernel, lengthScale, alpha, ridge } = recipe.options as unknown as KernelRecipe;
  const profile = Object.hasOwn(profiles, kernel) ? profiles[kernel] : undefined;
  const { domain } = recipe;
  const sets = layer.indices();
  const columns = sets.length;
  if (!profile || tooLong(columns, rank, 1)) return undefined;
  const positions = domain.map((length, axis) => {
    const stride = sizeOf(domain.slice(axis + 1));
    return wholes(
      sets.flat().map((index) => Math.floor(index / stride) % length),
      [columns, rank],
    );
  });
  const scaled = (difference: Value, axis: number) => {
    const scale = typeof lengthScale === "number" ? lengthScale : lengthScale[axis]!;
    const r = scale === 1 ? difference : divide(difference, number(scale));
    return multiply(r, r);
  };
  const toEach = (shapes: (axis: number) => readonly [Value, Value]) =>
    domain.map((_, axis) => scaled(subtract(...shapes(axis)), axis)).reduce((a, b) => add(a, b));
  const withinSquare = toEach((axis) => {
    const position = positions[axis]!;
    return [reshape(position, [columns, rank, 1]), reshape(position, [columns, 1, rank])];
  });
  const crossSquare = toEach((axis) => {
    const ones = domain.map(() => 1);
    return [
      reshape(positions[axis]!, [columns, rank, ...ones]),
      reshape(range(domain[axis]!), [1, 1, ...ones.with(axis, domain[axis]!)]),
    ];
  });
  const gram = add(profile(withinSquare, alpha), multiply(identityMatrix(rank), number(ridge)));
  const inverse = inverseOf(gram, ridge);
  if (!inverse) return undefined;
  const cross = profile(reshape(crossSquare, [columns, rank, sizeOf(domain)]), alpha);
  const atoms = product(transpose(cross, [0, 2, 1]), inverse);
  return reshape(transpose(atoms, [1, 0, 2]), [sizeOf(domain), columns * rank]);
}

/** Multiplications of an inverse above which a session would start too slowly. */
const most = 5e9;

/** Whether J inverses of n × n matrices take more than that, in a number of steps of two products. */
const tooLong = (columns: number, n: number, steps: number): boolean => 2 * steps * columns * n ** 3 > most;

/** Largest condition number at which the inverse in float64 has float32's accuracy. */
const worst = 1e8;

/**
 * Inverses of symmetric positive definite matrices [J, n, n], by the iteration of Newton and Schulz, X ← X (2I − A X). From
 * X = I/‖A‖∞ the eigenvalues of I − A X are in [0, 1 − 1/κ] and are squared by each step, so that ⌈log₂(39 κ)⌉ steps leave less
 * than e⁻³⁹, which is float64's rounding (Schulz 1933; Ben-Israel & Cohen 1966).
 * @param least a lower bound of all eigenvalues
 */
function inverseOf(matrices: Value, least: number): Value | undefined {
  const [columns, n] = matrices.shape as [number, number, number];
  const entries = evaluate(matrices);
  const norms = Array.from({ length: columns }, (_, j) =>
    Math.max(...Array.from({ length: n }, (_, i) => rowSum(entries, (j * n + i) * n, n))),
  );
  const condition = Math.max(...norms) / least;
  if (!(condition < worst)) return undefined;
  const steps = Math.ceil(Math.log2(39 * condition));
  if (tooLong(columns, n, steps)) return undefined;
  const starts = numbers(
    norms.map((norm) => 1 / norm),
    [columns, 1, 1],
  );
  const two = number(2);
  let x = multiply(identityMatrix(n), starts);
  for (let step = 0; step < steps; step++) x = subtract(multiply(x, two), product(x, product(matrices, x)));
  return x;
}

function rowSum(entries: ArrayLike<number>, from: number, count: number): number {
  let total = 0;
  for (let i = from; i < from + count; i++) total += Math.abs(entries[i]!);
  return total;
}
