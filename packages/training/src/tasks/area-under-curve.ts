/**
 * Area under the receiver operating characteristic: the probability that an example of the class has a higher score than another
 * example, with ties counted half. NaN without examples of both kinds, or with a score that is NaN.
 */
export function areaUnderCurve(scores: readonly number[], labels: readonly boolean[]): number {
  if (scores.some(Number.isNaN)) return Number.NaN;
  const order = scores.map((_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  let [ranks, positives] = [0, 0];
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && scores[order[end]!] === scores[order[start]!]) end++;
    const rank = (start + 1 + end) / 2; // the mean of the ranks start + 1 to end
    for (const index of order.slice(start, end))
      if (labels[index]) {
        ranks += rank;
        positives++;
      }
    start = end;
  }
  const negatives = order.length - positives;
  return (ranks - (positives * (positives + 1)) / 2) / (positives * negatives);
}
