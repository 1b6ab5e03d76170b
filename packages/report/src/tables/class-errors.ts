import { groupBy, type RunRecord } from "@weightcast/runs";
import { classChart, drawnClasses, type MethodErrors } from "../charts/class-chart";
import { colorsOf } from "../charts/colors";
import { chip, count, escapeHtml } from "../page/format";
import { figurePanel } from "../page/page";
import { table } from "../page/table";
import { capital, errorName } from "../text/error-name";

/**
 * Test errors by class as a chart and a table, side by side: of each method, the errors of its runs together. HTML; empty if no
 * run counted them, or runs have other classes.
 */
export function classErrors(records: readonly RunRecord[]): string {
  const counted = records.filter(({ result }) => result.classErrors !== undefined);
  const methods = methodErrors(counted);
  const [first] = methods;
  if (!first) return "";
  const names = (one: MethodErrors) => one.classes.map(({ name }) => name).join("\n");
  if (methods.some((method) => names(method) !== names(first))) return "";
  const part = first.classes.length > drawnClasses ? `The ${drawnClasses} classes with the largest errors. ` : "";
  const several = counted.length > methods.length ? "The runs of a method together." : "";
  const error = errorName(counted);
  const all = classTable(methods, error, counted[0]!.result.examples ?? "images");
  return `<section class="plots">
${figurePanel(`${error} by class`, classChart(methods, error), `${part}${several}`)}
<div>${part ? `<details><summary>All ${first.classes.length} classes</summary>${all}</details>` : all}</div>
</section>`;
}

function methodErrors(records: readonly RunRecord[]): MethodErrors[] {
  const colors = colorsOf(records);
  return [...groupBy(records, ({ spec }) => spec.label)].map(([method, runs]) => {
    const [first, ...others] = runs.map(({ result }) => result.classErrors!);
    const classes = first!.map((one, label) => ({
      name: one.name,
      count: others.reduce((sum, other) => sum + (other[label]?.count ?? 0), one.count),
      wrong: others.reduce((sum, other) => sum + (other[label]?.wrong ?? 0), one.wrong),
    }));
    return { method, color: colors.get(method)!, classes };
  });
}

/** @param examples what they are called: "images" */
function classTable(methods: readonly MethodErrors[], error: string, examples: string): string {
  const images = error === "Test error" ? `test ${examples}` : examples;
  const only = methods.length === 1;
  const headings = methods.flatMap(({ method, color }) => [
    only ? capital(images) : `${chip(color)}${escapeHtml(method)}: ${images}`,
    "wrong",
    "error, %",
  ]);
  const rows = methods[0]!.classes.map(({ name }, label) => [
    `<th scope="row">${escapeHtml(name)}</th>`,
    ...methods.flatMap(({ classes }) => {
      const { count: of, wrong } = classes[label]!;
      return [count(of), count(wrong), of === 0 ? "–" : ((100 * wrong) / of).toFixed(2)].map(
        (text) => `<td>${text}</td>`,
      );
    }),
  ]);
  return table({ name: `${error} by class`, headings: ["Class", ...headings], rows, kind: "compact" });
}
