/** A tensor as a matrix: all axes but one of length 1 on each side. */
export interface MatrixView {
  readonly rows: number;
  readonly cols: number;
}

/** Rows and columns of a tensor with two axes that are longer than 1. */
export function matrixOf(shape: readonly number[]): MatrixView | undefined {
  const long = shape.filter((length) => length > 1);
  return long.length === 2 ? { rows: long[0]!, cols: long[1]! } : undefined;
}
