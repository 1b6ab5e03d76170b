/** How far losses may be apart, relative to the smallest. */
const tolerance = 1e-3;

/**
 * That contenders compute the same: from the same weights on the same mini-batches, their losses after so many steps are
 * equal. (Arithmetic in another order differs in the last digits, and training magnifies that; hence a tolerance.)
 *
 * @param rows of one model: `{ title, losses }`
 * @returns the largest relative difference
 * @throws Error if it is above the tolerance, or the losses hardly move, so that agreeing would prove nothing
 */
export function assertAgreement(rows) {
  const steps = [...new Set(rows.flatMap(({ losses }) => Object.keys(losses)))];
  const at = (step) => rows.map(({ losses }) => losses[step]).filter((loss) => loss !== undefined);
  const apart = steps.map((step) => (Math.max(...at(step)) - Math.min(...at(step))) / Math.min(...at(step)));
  const list = rows.map(({ title, losses }) => `  ${title}: ${JSON.stringify(losses)}`).join("\n");
  // Written so that NaN fails.
  if (!apart.every((difference) => difference <= tolerance))
    throw new Error(`losses must agree to ${tolerance}: the contenders do not compute the same\n${list}`);
  for (const { losses } of rows) {
    const [first, ...later] = Object.values(losses);
    if (!later.some((loss) => Math.abs(loss - first) > 10 * tolerance * first))
      throw new Error(`the losses hardly change; a comparison of them would prove nothing\n${list}`);
  }
  return Math.max(...apart);
}
