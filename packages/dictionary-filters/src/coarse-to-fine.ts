import type { AxisBasis } from "./axis-basis";

/**
 * Order of the atoms from coarse to fine: atom j is column `order[j]` of the Kronecker product of the axes. Sorted by the total order of
 * the derivatives, then by the sum of the scales' numbers, then as in the product.
 */
export function coarseToFine(axes: readonly AxisBasis[]): Int32Array {
  const most = (lists: readonly Int32Array[]) =>
    lists.reduce((sum, list) => sum + list.reduce((a, b) => Math.max(a, b), 0), 0);
  const step = most(axes.map(({ scales }) => scales)) + 1;
  const keys = axes.reduce((outer, { length, orders, scales }) => {
    const next = new Int32Array(outer.length * length);
    for (let at = 0; at < next.length; at++)
      next[at] = outer[Math.floor(at / length)]! + orders[at % length]! * step + scales[at % length]!;
    return next;
  }, new Int32Array(1));
  // A counting sort, which is stable.
  const starts = new Int32Array(step * (most(axes.map(({ orders }) => orders)) + 1) + 1);
  for (const key of keys) starts[key + 1]!++;
  for (let key = 1; key < starts.length; key++) starts[key]! += starts[key - 1]!;
  const order = new Int32Array(keys.length);
  keys.forEach((key, at) => {
    order[starts[key]!++] = at;
  });
  return order;
}
