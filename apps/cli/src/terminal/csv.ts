import { printable } from "@weightcast/types";

/** Comma-separated values, quoted as in RFC 4180; a line for each list. */
export const csv = (lines: readonly (readonly string[])[]): string =>
  lines.map((line) => `${line.map(quoted).join(",")}\n`).join("");

function quoted(text: string): string {
  const safe = printable(text);
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
