import type { AxisTransform } from "./axis-transform";

/** Numbers transformed at a time, so that intermediate results stay in the cache for any number of samples. */
const chunk = 2 ** 16;

/**
 * Coefficients of samples, computed for a few samples at a time.
 * @param order for each coefficient, its column of the Kronecker product
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
  // The first axis is transformed and moved to the back, which brings the next one to the front, until all are done.
  let grid = transpose(samples, count);
  for (const { length, size, decompose } of axes) grid = transpose(decompose(grid, grid.length / length), size);
  return grid;
}

/** Transposed matrix: [rows, cols] → [cols, rows]. */
function transpose(matrix: Float64Array, rows: number): Float64Array {
  if (rows === 1) return matrix;
  const cols = matrix.length / rows;
  const result = new Float64Array(matrix.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) result[j * rows + i] = matrix[i * cols + j]!;
  return result;
}

/**
 * Order of the atoms from coarse to fine: atom j is column `order[j]` of the Kronecker product of the axes. Sorted by the
 * greatest depth among the axes, so that the product of the axes' coarse parts is a prefix; within a depth in the order of
 * the product.
 */
export function coarseToFine(axes: readonly AxisTransform[]): Int32Array {
  const depths = axes.reduce((product, { size, depths }) => {
    const next = new Uint8Array(product.length * size);
    for (let i = 0; i < next.length; i++) next[i] = Math.max(product[Math.floor(i / size)]!, depths[i % size]!);
    return next;
  }, new Uint8Array(1));
  // A counting sort, which is stable.
  const starts = new Int32Array(257);
  for (const depth of depths) starts[depth + 1]!++;
  for (let depth = 0; depth < 256; depth++) starts[depth + 1]! += starts[depth]!;
  const order = new Int32Array(depths.length);
  depths.forEach((depth, i) => {
    order[starts[depth]!++] = i;
  });
  return order;
}
