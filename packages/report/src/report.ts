import { aggregate, kindOfRuns, type RunRecord } from "@weightcast/runs";
import { bytesHeadline, bytesLead } from "./bytes/headline";
import { bytesSections } from "./bytes/sections";
import { colorsOf } from "./charts/colors";
import { errorByProportion, learningCurves, lossCurves } from "./charts/run-charts";
import type { Comparison } from "./claims/comparison";
import { firstFilters } from "./filters/first-filters";
import { counted, escapeHtml } from "./page/format";
import { figurePanel, page } from "./page/page";
import { notComparable, sweepSections, usualHeadline } from "./sweep/sections";
import { isSweep } from "./sweep/sweep";
import { classErrors } from "./tables/class-errors";
import { layerTables } from "./tables/layer-tables";
import { groupTable, runTable } from "./tables/run-tables";
import { citation } from "./text/citation";
import { errorHeading, errorName } from "./text/error-name";
import { headlineText } from "./text/headline";
import { trainingText } from "./text/training";

/** Options of {@link renderReport}. */
export interface ReportOptions {
  readonly title: string;
  /** Command that made these runs, to be typed again. */
  readonly command: string;
  /** Curves of the paper to draw behind the runs, and claims to judge by them. @default none */
  readonly comparison?: Comparison;
  /** Runs of another network on the same images (`onSameImages`); those that were trained alike are cited. @default none */
  readonly beside?: readonly RunRecord[];
}

/**
 * Report of runs: one HTML document that needs no other file. It always has charts of the test error, what is learned and
 * what is fixed, first-layer filters, and how to make it again; of few runs also the training loss and the errors by class. Runs at one proportion and seed are listed one by one; if a
 * method was run at several proportions, means over the seeds are drawn over the proportions, compared with the paper's
 * curves, and the claims are judged. With a comparison by bytes, errors are drawn over the sizes of the model files instead.
 * @throws RangeError if there are no runs
 */
export function renderReport(records: readonly RunRecord[], options: ReportOptions): string {
  if (records.length === 0) throw new RangeError("renderReport: records must hold at least one run; got none");
  const { title, command, comparison, beside = [] } = options;
  const { bytes } = comparison ?? {};
  // Curves over proportions are of shares, as the paper draws them.
  const sections = isSweep(records) && kindOfRuns(records) === "error" ? sweepSections : runSections;
  return page({
    title,
    command,
    headline: bytes ? bytesHeadline(records, bytes) : headlineText(records, comparison?.headline ?? usualHeadline),
    lead: `W = U V: the atoms U come from a fixed dictionary, only V is learned. ${bytes ? bytesLead(records, bytes) : trainingText(records)}`,
    body: `${citation(beside)}\n${bytes ? bytesSections(records, bytes) : sections(records, comparison)}`,
    origin: `, ${escapeHtml(origin(records))}`,
  });
}

/** Sections about few runs: one by one, or means if there are several seeds. HTML. */
function runSections(records: readonly RunRecord[], comparison: Comparison | undefined): string {
  const { paper, headline = usualHeadline } = comparison ?? {};
  const seeds = new Set(records.map(({ spec }) => spec.seed)).size;
  const error = errorName(records);
  const means = seeds > 1 ? "Means over the seeds. " : "";
  const charts = [
    ...(paper
      ? [
          figurePanel(
            `${error} by proportion learned`,
            errorByProportion(records, paper),
            escapeHtml(`Dots: these runs. Dashed: ${paper.source}${notComparable(records, paper)}.`),
          ),
        ]
      : []),
    figurePanel(`${error} by epoch`, learningCurves(records), `${means}Logarithmic scale.`),
    figurePanel(
      "Training loss by epoch",
      lossCurves(records),
      `${means}The mean loss of an epoch's steps. Logarithmic scale.`,
    ),
  ];
  return `${
    seeds > 1
      ? groupTable(aggregate(records), colorsOf(records), {
          name: "Means over the seeds",
          error: errorHeading(records),
        })
      : runTable(records)
  }
<section class="plots">
${charts.join("\n")}
</section>
${classErrors(records)}
${layerTables(records, "h2")}
${firstFilters(records, headline)}`;
}

/** Number of runs up to which their identities are listed. */
const fewRuns = 12;

/** Seeds, engine and identities of the runs, in sentences. */
function origin(records: readonly RunRecord[]): string {
  const seeds = [...new Set(records.map(({ spec }) => spec.seed))];
  const engines = records.map(({ engine, execution }) => {
    const runtime = execution?.runtime;
    return `${runtime ? `steps compiled and run by ${runtime}, networks built` : "steps run eagerly"} on ${engine.version}`;
  });
  const runs =
    isSweep(records) || records.length > fewRuns
      ? counted(records.length, "run")
      : `Runs ${records.map(({ id }) => id).join(", ")}`;
  return `seed${seeds.length === 1 ? "" : "s"} ${seeds.join(", ")}; ${[...new Set(engines)].join("; ")}. ${runs}.`;
}
