/** Every entry of `left` with every entry of `right`, the latter running fastest. */
export function outer(
  left: Float64Array,
  right: Float64Array,
  combine: (a: number, b: number) => number,
): Float64Array {
  const result = new Float64Array(left.length * right.length);
  for (let i = 0; i < left.length; i++)
    for (let j = 0; j < right.length; j++) result[i * right.length + j] = combine(left[i]!, right[j]!);
  return result;
}
