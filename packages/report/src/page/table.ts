import { csvOf } from "./csv";
import { escapeHtml } from "./format";

/** Table of a report. */
export interface TableOptions {
  /** What it shows, in a few words: its name for readers who do not see it, and of the file that it is saved as. */
  readonly name: string;
  /** HTML. */
  readonly headings: readonly string[];
  /** Cells of each row, from `<th>` or `<td>` to its end. HTML. */
  readonly rows: readonly (readonly string[])[];
  /** Class of the table. @default none */
  readonly kind?: string;
}

/** Table that scrolls sideways if it must, with a link that saves it as CSV. HTML. */
export function table({ name, headings, rows, kind = "" }: TableOptions): string {
  const label = escapeHtml(name);
  const file = name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "");
  const csv = encodeURIComponent(csvOf(headings, rows)).replaceAll("%2C", ",");
  return `<div class="scroll" role="region" aria-label="${label}" tabindex="0"><table${kind && ` class="${kind}"`}>
<thead><tr>${headings.map((heading) => `<th scope="col">${heading}</th>`).join("")}</tr></thead>
<tbody>${rows.map((cells) => `<tr>${cells.join("")}</tr>`).join("\n")}</tbody></table></div>
<p class="tools"><a href="data:text/csv;charset=utf-8,${csv}" download="${escapeHtml(file)}.csv" aria-label="Save as CSV: ${label}">Save as CSV</a></p>`;
}
