import type { Aggregate } from "../aggregate";
import type { RunRecord } from "../record";
import { summarize } from "../summary";
import { colorsOf } from "./colors";
import { chip, count, errorHtml, escapeHtml, kilobytes, share } from "./format";

const costs = ["Method", "Learned", "Dynamic parameters", "Static", "of them stored", "File", "Test error"] as const;

/** A row a run: what is learned, what is fixed, and the test error. HTML. */
export function runTable(records: readonly RunRecord[]): string {
  const colors = colorsOf(records);
  const rows = records
    .map(summarize)
    .map((run) => [
      ...costCells(run, colors.get(run.method)!),
      `<td class="result">${(100 * run.testError).toFixed(2)}%</td>`,
      `<td>${run.seconds.toFixed(1)}</td>`,
    ]);
  return table([...costs, "Seconds"], rows);
}

/** A row a group of runs, the numbers means. HTML. */
export function groupTable(groups: readonly Aggregate[], colors: ReadonlyMap<string, string>, kind = ""): string {
  const rows = groups.map((group) => [
    ...costCells(group, colors.get(group.method)!),
    `<td class="result">${errorHtml(group.testError)}</td>`,
    `<td>${group.seeds.length}</td><td>${group.seconds.toFixed(1)}</td>`,
  ]);
  return table([...costs.slice(0, -1), "Test error, %", "Seeds", "Seconds"], rows, kind);
}

/** A table that scrolls sideways where it must; each row is its cells. */
export const table = (headings: readonly string[], rows: readonly (readonly string[])[], kind = ""): string =>
  `<div class="scroll"><table${kind && ` class="${kind}"`}>
<thead><tr>${headings.map((heading) => `<th>${heading}</th>`).join("")}</tr></thead>
<tbody>${rows.map((cells) => `<tr>${cells.join("")}</tr>`).join("\n")}</tbody></table></div>`;

type Costs = Pick<Aggregate, "method" | "proportion" | "dynamic" | "static" | "stored" | "bytes">;

const costCells = (costs: Costs, color: string): string[] => [
  `<th scope="row">${chip(color)}${escapeHtml(costs.method)}</th>`,
  ...[
    share(costs.proportion),
    count(costs.dynamic),
    count(costs.static),
    count(costs.stored),
    kilobytes(costs.bytes),
  ].map((text) => `<td>${text}</td>`),
];
