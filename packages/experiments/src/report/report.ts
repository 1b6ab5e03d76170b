import { aggregate } from "../aggregate";
import type { RunRecord } from "../record";
import { citation } from "./citation";
import { colorsOf } from "./colors";
import { type PaperFigure, type PaperFigureName, paperFigures } from "./figures";
import { firstFilters } from "./first-filters";
import { counted, escapeHtml } from "./format";
import { layerTables } from "./layer-tables";
import { figurePanel } from "./panel";
import { errorByProportion, learningCurves } from "./plots";
import { style } from "./style";
import { isSweep } from "./sweep";
import { notComparable, sweepSections } from "./sweep-sections";
import { groupTable, runTable } from "./tables";
import { trainingText } from "./training";

/** Options of {@link renderReport}. */
export interface ReportOptions {
  readonly title: string;
  /** What the runs are held against: a figure of the paper is drawn behind them. */
  readonly figure?: PaperFigureName;
  /** Runs of another network on the same images (`onSameImages`), of which those that were trained alike are cited beside these. */
  readonly beside?: readonly RunRecord[];
  /** What made these runs, to be typed again. */
  readonly command: string;
}

/**
 * Runs as one HTML document that needs no other file. Always plots of the test error, what is learned beside what is fixed,
 * first-layer filters, and how to make it again. Runs at one proportion and seed are told one by one; where a method was run at
 * several, means over the seeds are drawn over the proportions, compared with the paper's, and its claims are checked.
 * @throws RangeError if there is no run
 */
export function renderReport(records: readonly RunRecord[], options: ReportOptions): string {
  if (records.length === 0) throw new RangeError("renderReport: records must hold at least one run; got none");
  const { title, command, figure: name, beside = [] } = options;
  const figure = name && paperFigures[name];
  const body = isSweep(records) ? sweepSections(records, figure) : runSections(records, figure);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p class="lead">W = U V: the atoms U come from a fixed dictionary, only V is learned. ${trainingText(records)}</p>
${citation(beside)}
${body}
<footer>
<p>Made by <code>${escapeHtml(command)}</code>, ${escapeHtml(origin(records))}</p>
</footer>
</main>
</body>
</html>
`;
}

/** Few runs: one by one, or means over the seeds where there are several. */
function runSections(records: readonly RunRecord[], figure: PaperFigure | undefined): string {
  const seeds = new Set(records.map(({ spec }) => spec.seed)).size;
  const plots = figure?.paper
    ? `<section class="plots">
${figurePanel("Test error by proportion learned", errorByProportion(records, figure.paper), `Dots: these runs. Dashed: ${figure.paper.source}${notComparable(records, figure.paper)}.`)}
${figurePanel("Test error by epoch", learningCurves(records), "Logarithmic scale.")}
</section>`
    : `<section>${figurePanel("Test error by epoch", learningCurves(records, { width: 1100, height: 440 }), "Logarithmic scale.")}</section>`;
  return `${seeds > 1 ? groupTable(aggregate(records), colorsOf(records)) : runTable(records)}
${layerTables(records)}
${plots}
${firstFilters(records)}`;
}

/** Seeds, what computed the runs, and which runs they are. */
function origin(records: readonly RunRecord[]): string {
  const seeds = [...new Set(records.map(({ spec }) => spec.seed))];
  const engines = records.map(({ engine, execution }) => {
    const runtime = execution?.runtime;
    return `${runtime ? `steps compiled and run by ${runtime}, networks built` : "steps run eagerly"} on ${engine.version}`;
  });
  const runs = isSweep(records) ? counted(records.length, "run") : `Runs ${records.map(({ id }) => id).join(", ")}`;
  return `seed${seeds.length === 1 ? "" : "s"} ${seeds.join(", ")}; ${[...new Set(engines)].join("; ")}. ${runs}.`;
}
