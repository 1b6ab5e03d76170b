/** The middle of some numbers, or the mean of the two in the middle. */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Median, least and greatest. */
export const summary = (numbers) => ({
  median: median(numbers),
  min: Math.min(...numbers),
  max: Math.max(...numbers),
});

/** How many times as fast, round by round; what slows the machine down for a round slows both. */
export const ratio = (rates, reference) => summary(rates.map((rate, round) => rate / reference[round]));
