/** What orthonormal vectors leave of one; taken twice, so that the result is orthogonal to them up to rounding. */
export function residual(vector: Float64Array, basis: readonly Float64Array[]): Float64Array {
  const rest = vector.slice();
  for (let pass = 0; pass < 2; pass++)
    for (const other of basis) {
      const along = dot(rest, other);
      for (let i = 0; i < rest.length; i++) rest[i] = rest[i]! - along * other[i]!;
    }
  return rest;
}

/** Vector of length 1 in the direction of one. */
export function unit(vector: Float64Array): Float64Array {
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((value) => value / length);
}

/** Inner product. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
