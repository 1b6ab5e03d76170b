import { type Aggregate, errorValue, type RunRecord, summarize } from "@weightcast/runs";
import { colorsOf } from "../charts/colors";
import { chip, count, errorHtml, escapeHtml, kilobytes, share } from "../page/format";
import { type TableOptions, table } from "../page/table";
import { errorName } from "../text/error-name";

const costs = ["Learned", "Dynamic parameters", "Static", "of them stored", "File", "Seconds"] as const;

/** Table with a row per run: the test error, what is learned, and what is fixed. HTML. */
export function runTable(records: readonly RunRecord[]): string {
  const colors = colorsOf(records);
  const rows = records
    .map(summarize)
    .map((run) => [
      methodCell(run.method, colors),
      `<td class="result">${errorValue(run.score, run.kind)}</td>`,
      ...costCells(run),
    ]);
  return table({ name: "Runs", headings: ["Method", errorName(records), ...costs], rows });
}

/** Table with a row per group of runs, the numbers means. HTML. @param options with the heading of the errors @default "Test error, %" */
export function groupTable(
  groups: readonly Aggregate[],
  colors: ReadonlyMap<string, string>,
  { name, error = "Test error, %", kind = "" }: Pick<TableOptions, "name" | "kind"> & { readonly error?: string },
): string {
  const rows = groups.map((group) => [
    methodCell(group.method, colors),
    `<td class="result">${errorHtml(group.score, group.kind)}</td>`,
    `<td>${group.seeds.length}</td>`,
    ...costCells(group),
  ]);
  return table({ name, headings: ["Method", error, "Seeds", ...costs], rows, kind });
}

const methodCell = (method: string, colors: ReadonlyMap<string, string>): string =>
  `<th scope="row">${chip(colors.get(method)!)}${escapeHtml(method)}</th>`;

type Costs = Pick<Aggregate, "proportion" | "dynamic" | "static" | "stored" | "bytes" | "seconds">;

const costCells = (of: Costs): string[] =>
  [
    share(of.proportion),
    count(of.dynamic),
    count(of.static),
    count(of.stored),
    kilobytes(of.bytes),
    of.seconds.toFixed(1),
  ].map((text) => `<td>${text}</td>`);
