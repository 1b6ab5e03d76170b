import { placesOf } from "../windows";

/**
 * Gabor filter, with x to the right and y down from the middle of the window:
 *
 *   g(y, x) = exp(−(a y² + b x y + c x²)) · (p cos(u x + v y) − q sin(u x + v y))
 */
export interface Wave {
  readonly p: number;
  readonly q: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly u: number;
  readonly v: number;
}

type Numbers = readonly [p: number, q: number, a: number, b: number, c: number, u: number, v: number];

/** Window of a filter: places of its entries. */
export interface Grid {
  readonly y: Float64Array;
  readonly x: Float64Array;
}

/** Places of the entries of a window, row-major. */
export function gridOf(high: number, wide: number): Grid {
  const [rows, columns] = [placesOf(high), placesOf(wide)];
  return {
    y: Float64Array.from({ length: high * wide }, (_, i) => rows[Math.floor(i / wide)]!),
    x: Float64Array.from({ length: high * wide }, (_, i) => columns[i % wide]!),
  };
}

/** Steps of a fit, and what it may leave over in the end, as a share of the filter's norm. */
const [steps, most] = [60, 1e-7];
/** What it may leave over after so many steps: other weights are ruled out soon. */
const [soon, screen] = [10, 0.7];

/** Filter fitted by a Gabor filter from a start, by Levenberg and Marquardt's method; undefined unless it gets to the rounding of float32. */
export function refined(values: Float64Array, grid: Grid, start: Wave): Wave | undefined {
  const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  let now: Numbers = [start.p, start.q, start.a, start.b, start.c, start.u, start.v];
  let error = errorOf(values, grid, now);
  let damping = 1e-3;
  for (let step = 0; step < steps && damping < 1e9; step++) {
    if (step === soon && error > screen * norm) return undefined;
    const { matrix, gradient } = normalEquations(values, grid, now);
    const move = solved(
      matrix.map((row, i) => row.map((value, j) => (i === j ? value * (1 + damping) + 1e-300 : value))),
      gradient,
    );
    const next = now.map((value, k) => value + move[k]!) as unknown as Numbers;
    const after = errorOf(values, grid, next);
    if (!(after < error)) {
      damping *= 8;
      continue;
    }
    const done = error - after < 1e-9 * error;
    [now, error, damping] = [next, after, damping / 8];
    if (done && error < most * norm) break;
  }
  if (!(error < most * norm)) return undefined;
  const [p, q, a, b, c, u, v] = now;
  return { p, q, a, b, c, u, v };
}

/** Norm of what numbers leave over. */
function errorOf(values: Float64Array, { y, x }: Grid, [p, q, a, b, c, u, v]: Numbers): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const [s, t] = [y[i]!, x[i]!];
    const turn = u * t + v * s;
    const wave = Math.exp(-(a * s * s + b * t * s + c * t * t)) * (p * Math.cos(turn) - q * Math.sin(turn));
    sum += (values[i]! - wave) ** 2;
  }
  return Number.isFinite(sum) ? Math.sqrt(sum) : Infinity;
}

/** JᵀJ and Jᵀ of what is left over, J the derivatives by the numbers. */
function normalEquations(values: Float64Array, { y, x }: Grid, [p, q, a, b, c, u, v]: Numbers) {
  const matrix = Array.from({ length: 7 }, () => new Array<number>(7).fill(0));
  const gradient = new Array<number>(7).fill(0);
  for (let i = 0; i < values.length; i++) {
    const [s, t] = [y[i]!, x[i]!];
    const envelope = Math.exp(-(a * s * s + b * t * s + c * t * t));
    const [cos, sin] = [envelope * Math.cos(u * t + v * s), envelope * Math.sin(u * t + v * s)];
    const wave = p * cos - q * sin;
    const turned = -p * sin - q * cos;
    const by = [cos, -sin, -s * s * wave, -t * s * wave, -t * t * wave, t * turned, s * turned];
    for (let k = 0; k < 7; k++) {
      gradient[k]! += by[k]! * (values[i]! - wave);
      for (let j = 0; j < 7; j++) matrix[k]![j]! += by[k]! * by[j]!;
    }
  }
  return { matrix, gradient };
}

/** Solution of a symmetric system, by elimination with the largest pivot of a column. */
function solved(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  const n = rows.length;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(rows[i]![k]!) > Math.abs(rows[pivot]![k]!)) pivot = i;
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    for (let i = k + 1; i < n; i++) {
      const factor = rows[i]![k]! / rows[k]![k]!;
      for (let j = k; j <= n; j++) rows[i]![j]! -= factor * rows[k]![j]!;
    }
  }
  const result = new Array<number>(n).fill(0);
  for (let k = n - 1; k >= 0; k--) {
    let sum = rows[k]![n]!;
    for (let j = k + 1; j < n; j++) sum -= rows[k]![j]! * result[j]!;
    result[k] = sum / rows[k]![k]!;
  }
  return result;
}
