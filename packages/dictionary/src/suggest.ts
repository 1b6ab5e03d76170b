import { closest, distance } from "fastest-levenshtein";

/**
 * Suggestion for a misspelled name: " (did you mean x?)" with the nearest known name, ignoring case; "" if none is near, that
 * is, if the nearest is more than two edits and more than 40% of its letters away.
 */
export function didYouMean(given: string, known: readonly string[]): string {
  if (known.length === 0) return "";
  const lower = given.toLowerCase();
  const nearest = closest(
    lower,
    known.map((name) => name.toLowerCase()),
  );
  const edits = distance(lower, nearest);
  if (edits > Math.max(2, 0.4 * nearest.length) || edits >= nearest.length) return "";
  return ` (did you mean ${known.find((name) => name.toLowerCase() === nearest)}?)`;
}
