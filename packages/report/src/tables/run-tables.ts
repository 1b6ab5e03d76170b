import { type Aggregate, type RunRecord, summarize } from "@weightcast/runs";
import { colorsOf } from "../charts/colors";
import { chip, count, errorHtml, escapeHtml, kilobytes, share } from "../page/format";
import { table } from "../page/page";

const costs = ["Method", "Learned", "Dynamic parameters", "Static", "of them stored", "File", "Test error"] as const;

/** Table with a row per run: what is learned, what is fixed, and the test error. HTML. */
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

/** Table with a row per group of runs, the numbers means. HTML. @param kind class of the table */
export function groupTable(groups: readonly Aggregate[], colors: ReadonlyMap<string, string>, kind = ""): string {
  const rows = groups.map((group) => [
    ...costCells(group, colors.get(group.method)!),
    `<td class="result">${errorHtml(group.testError)}</td>`,
    `<td>${group.seeds.length}</td><td>${group.seconds.toFixed(1)}</td>`,
  ]);
  return table([...costs.slice(0, -1), "Test error, %", "Seeds", "Seconds"], rows, kind);
}

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
