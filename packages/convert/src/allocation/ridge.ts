/** C + λ t I, with t the mean of C's diagonal: how far each weight counts by itself, which keeps the fit to few samples sane. */
export function withRidge(matrix: Float64Array, size: number, ridge: number): Float64Array {
  let trace = 0;
  for (let i = 0; i < size; i++) trace += matrix[i * size + i]!;
  const added = ridge * (trace / size || 1);
  return matrix.map((value, at) => value + (Math.floor(at / size) === at % size ? added : 0));
}
