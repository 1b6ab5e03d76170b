/** Maximum difference between losses, relative to the smallest. */
const tolerance = 1e-3;

/**
 * Asserts that contenders compute the same: starting from the same weights and using the same mini-batches, their losses
 * after the same number of steps are equal. (Arithmetic in another order differs in the last digits, and training magnifies
 * the differences; hence the tolerance.)
 *
 * @param rows of one model: `{ title, losses }`
 * @returns the largest relative difference
 * @throws Error if it is above the tolerance, or the losses hardly move, so that agreeing would prove nothing
 */
export function assertAgreement(rows) {
  const steps = [...new Set(rows.flatMap(({ losses }) => Object.keys(losses)))];
  const at = (step) => rows.map(({ losses }) => losses[step]).filter((loss) => loss !== undefined);
  const differences = steps.map((step) => (Math.max(...at(step)) - Math.min(...at(step))) / Math.min(...at(step)));
  const list = rows.map(({ title, losses }) => `  ${title}: ${JSON.stringify(losses)}`).join("\n");
  // Written so that NaN fails.
  if (!differences.every((difference) => difference <= tolerance))
    throw new Error(`losses must agree to ${tolerance}: the contenders do not compute the same\n${list}`);
  for (const { losses } of rows) {
    const [first, ...later] = Object.values(losses);
    if (!later.some((loss) => Math.abs(loss - first) > 10 * tolerance * first))
      throw new Error(`the losses hardly change; a comparison of them would prove nothing\n${list}`);
  }
  return Math.max(...differences);
}
