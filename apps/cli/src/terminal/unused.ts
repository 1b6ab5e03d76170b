import type { Unused } from "@weightcast/datasets";
import { printable } from "@weightcast/types";
import { count } from "./format";

/** Number of files that are named. */
const most = 5;

/** What is in a folder of images but not used, each with why: "README.md (…), val (…) and 3 more". */
export function unusedText(unused: readonly Unused[]): string {
  const named = unused.slice(0, most).map(({ file, why }) => `${printable(file)} (${why})`);
  const more = unused.length - named.length;
  return `${named.join(", ")}${more > 0 ? ` and ${count(more)} more` : ""}`;
}
