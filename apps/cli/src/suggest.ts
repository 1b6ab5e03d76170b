import { closest, distance } from "fastest-levenshtein";

/**
 * " (did you mean x?)" for the known name nearest to a misspelled one, ignoring case; "" where none is near:
 * more than two edits and more than 40% of its letters away.
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

/** The message for a name that is none of those there are. @param what such as "method" */
export function unknownName(what: string, given: string, known: readonly string[]): string {
  return `there is no ${what} "${given}"${didYouMean(given, known)}; there is ${known.join(", ") || "none"}`;
}
