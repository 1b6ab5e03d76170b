import { didYouMean } from "@weightcast/dictionary";

export { didYouMean };

/** Message for an unknown name, with a suggestion and the known names. @param what kind of name, such as "method" */
export function unknownName(what: string, given: string, known: readonly string[]): string {
  return `there is no ${what} "${given}"${didYouMean(given, known)}; known: ${known.join(", ") || "none"}`;
}
