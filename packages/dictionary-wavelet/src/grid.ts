import type { AxisTransform } from "./axis-transform";

/** Numbers transformed at a time: what is in between stays in the cache, whatever the number of samples. */
const chunk = 2 ** 16;

/**
 * The coefficients of samples, a few samples at a time.
 * @param order column of the Kronecker product of each coefficient
 * @param data [count, length of axis 0, …], row-major
 * @returns [count, order.length]
 */
export function decomposeSamples(
  axes: readonly AxisTransform[],
  order: Int32Array,
  data: Float32Array,
  count: number,
): Float32Array {
  const size = order.length;
  const inputs = axes.reduce((product, { length }) => product * length, 1);
  const result = new Float32Array(count * size);
  const step = Math.max(1, Math.floor(chunk / size));
  for (let begin = 0; begin < count; begin += step) {
    const some = Math.min(step, count - begin);
    const grid = decomposeGrid(axes, Float64Array.from(data.subarray(begin * inputs, (begin + some) * inputs)), some);
    for (let sample = 0; sample < some; sample++)
      for (let j = 0; j < size; j++) result[(begin + sample) * size + j] = grid[sample * size + order[j]!]!;
  }
  return result;
}

/**
 * Transforms samples along every axis.
 * @param samples [count, length of axis 0, …], row-major
 * @returns [count, size of axis 0, …], in the order of the Kronecker product
 */
function decomposeGrid(axes: readonly AxisTransform[], samples: Float64Array, count: number): Float64Array {
  // The axis in front is transformed and goes to the back, so that the next one is in front, until all have been.
  let grid = transpose(samples, count);
  for (const { length, size, decompose } of axes) grid = transpose(decompose(grid, grid.length / length), size);
  return grid;
}

/** [rows, cols] → [cols, rows] */
function transpose(matrix: Float64Array, rows: number): Float64Array {
  if (rows === 1) return matrix;
  const cols = matrix.length / rows;
  const result = new Float64Array(matrix.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) result[j * rows + i] = matrix[i * cols + j]!;
  return result;
}
