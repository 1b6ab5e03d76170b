/** Weights of a file as the matrix W of y = x W. */
export interface MatrixSite {
  /** Name of the tensor. */
  readonly path: string;
  /** n, the length of x. */
  readonly inputs: number;
  /** W: [n, outputs], row-major. */
  readonly weights: Float64Array;
  /** Numbers of float32 that a product takes besides U and V. @default 0 */
  readonly besides?: number;
  /** E[x xᵀ]: [n, n]; undefined if nothing is known of the inputs. */
  readonly secondMoments?: Float64Array | undefined;
}

/** [rows, cols] → [cols, rows]. */
export function transposed(data: ArrayLike<number>, cols: number): Float64Array {
  const rows = data.length / cols;
  const result = new Float64Array(data.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) result[j * rows + i] = data[i * cols + j]!;
  return result;
}
