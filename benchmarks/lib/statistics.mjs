/** Median: the middle number, or the mean of the two in the middle. */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Median, minimum and maximum. */
export const summary = (numbers) => ({
  median: median(numbers),
  min: Math.min(...numbers),
  max: Math.max(...numbers),
});

/** Ratio of speeds, computed round by round, because other load in a round slows both. */
export const ratio = (rates, reference) => summary(rates.map((rate, round) => rate / reference[round]));
