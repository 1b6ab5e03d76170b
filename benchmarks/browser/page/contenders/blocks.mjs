/**
 * The columns of a factorized layer as a few ordinary matrices: the V of neighbouring columns as the blocks of a
 * block-diagonal matrix, which must stay so, by a mask on its gradient. More arithmetic, fewer and larger products.
 *
 * @param v V of all columns, `{ shape: [columns, rank, width], data }`
 * @param options `groups`: matrices, a divisor of the columns; `rank`: to which each column's is filled up with zeros
 * @returns `{ weight, mask }` of shape [groups, columns / groups · rank, columns / groups · width]
 */
export function blockDiagonal({ shape: [columns, rank, width], data }, { groups, rank: padded }) {
  const inGroup = columns / groups;
  const shape = [groups, inGroup * padded, inGroup * width];
  const [, rows, across] = shape;
  const weight = new Float32Array(groups * rows * across);
  const mask = new Float32Array(weight.length);
  for (let j = 0; j < columns; j++)
    for (let k = 0; k < rank; k++) {
      const row = Math.floor(j / inGroup) * rows + (j % inGroup) * padded + k;
      const at = row * across + (j % inGroup) * width;
      const from = (j * rank + k) * width;
      weight.set(data.subarray(from, from + width), at);
      mask.fill(1, at, at + width);
    }
  return { weight: { shape, data: weight }, mask: { shape, data: mask } };
}

/** U with as many zero columns after each column's atoms as `blockDiagonal` adds rows. */
export function padded({ shape: [rows, all], data }, columns, rank) {
  const own = all / columns;
  const out = new Float32Array(rows * columns * rank);
  for (let part = 0; part < rows * columns; part++) out.set(data.subarray(part * own, (part + 1) * own), part * rank);
  return { shape: [rows, columns * rank], data: out };
}
