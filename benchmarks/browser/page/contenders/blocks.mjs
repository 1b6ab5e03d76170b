/**
 * Columns of a factorized layer as a few ordinary matrices: the V of neighboring columns are the blocks of a
 * block-diagonal matrix, and a mask on its gradient keeps it block-diagonal. This takes more arithmetic, but fewer and
 * larger products.
 *
 * @param v V of all columns, `{ shape: [columns, rank, width], data }`
 * @param options `groups`: number of matrices, a divisor of the columns; `rank`: rank to which each column is padded with
 * zeros
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

/** U with the atoms of each column padded with as many zero columns as `blockDiagonal` adds rows. */
export function padded({ shape: [rows, all], data }, columns, rank) {
  const atoms = all / columns;
  const out = new Float32Array(rows * columns * rank);
  for (let part = 0; part < rows * columns; part++)
    out.set(data.subarray(part * atoms, (part + 1) * atoms), part * rank);
  return { shape: [rows, columns * rank], data: out };
}
