import type { AxisTransform } from "./axis-transform";

/**
 * The order of the atoms, coarse to fine: atom j is column `order[j]` of the Kronecker product of the axes. By the
 * greatest depth among the axes, so that a prefix is all of the product of the axes' coarse parts; within a depth in the
 * order of the product.
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
