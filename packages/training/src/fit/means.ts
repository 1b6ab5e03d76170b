/**
 * Means of numbers over batches, weighted by the batches' sizes, as tf.layers logs them.
 * @param names of the numbers
 */
export function meansOf(names: readonly string[]) {
  const totals = names.map(() => 0);
  let seen = 0;
  const named = (values: readonly number[]) => Object.fromEntries(names.map((name, i) => [name, values[i]!]));
  return {
    /** Adds the numbers of a batch. @returns them by name */
    add(values: readonly number[], size: number): Record<string, number> {
      seen += size;
      for (const i of totals.keys()) totals[i] = totals[i]! + values[i]! * size;
      return named(values);
    },
    result: (): Record<string, number> => named(totals.map((total) => total / seen)),
  };
}
