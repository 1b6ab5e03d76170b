/**
 * Number of generated cases of a test: `count`, times the factor of `npm run sweep -- FACTOR`, which is 1 in `npm test`.
 *
 * @param count cases in `npm test`: as many as it can afford
 */
export function sweep(count: number): number {
  const factor = Number(process.env.WEIGHTCAST_SWEEP ?? 1);
  if (!(factor >= 1)) throw new RangeError(`WEIGHTCAST_SWEEP must be a number of at least 1; got ${factor}`);
  return Math.round(count * factor);
}
