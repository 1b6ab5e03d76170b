import { aggregate, type RunRecord } from "@weightcast/runs";
import { colorsOf } from "../charts/colors";
import { learningCurves } from "../charts/run-charts";
import { overview, panels, shownTogether } from "../charts/sweep-charts";
import { levelOf } from "../charts/sweep-marks";
import type { Comparison } from "../claims/comparison";
import type { PaperCurves } from "../claims/paper";
import type { Sweep } from "../claims/sweep";
import { firstFilters } from "../filters/first-filters";
import { chip, counted, escapeHtml, roundShare } from "../page/format";
import { figurePanel } from "../page/page";
import { claimSection } from "../tables/claims";
import { layerTables } from "../tables/layer-tables";
import { groupTable } from "../tables/run-tables";
import { matrix, paperDifferences } from "../tables/sweep-tables";
import { capital } from "../text/error-name";
import { alike } from "../text/training";
import { runsNear, sweepOf } from "./sweep";

/** Proportion shown in detail if no comparison names another: the paper's headline, 95% of the weights predicted. */
export const usualHeadline = 0.05;

/** Sections of a report over several proportions: the claims with their verdicts, charts, tables. HTML. */
export function sweepSections(records: readonly RunRecord[], comparison: Comparison | undefined): string {
  const sweep = sweepOf(records);
  const colors = colorsOf(records);
  const { headline = usualHeadline, paper } = comparison ?? {};
  const near = runsNear(records, headline);
  const nearest = `Each method at its proportion nearest to ${roundShare(headline)}`;
  const error = capital(sweep.error);
  return `${claimSection(comparison?.claims?.(sweep) ?? [])}
<section>
${figurePanel(`${error} by proportion learned`, overview(sweep, paper), escapeHtml(overviewCaption(records, sweep, paper)))}
</section>
<section>
<h2>Each method on its own</h2>
<p class="note">The same axes${paper ? ", the paper's curve dashed if it has one" : ""}; faint: the other methods; gray: ${denseNetworks(sweep)}.</p>
<div class="panels">${panels(sweep, paper).map(panelOf).join("\n")}</div>
</section>
<section>
<h2>What is learned, what is fixed</h2>
<p class="note">${nearest}: means over the seeds. Static weights are all of U; those stored are in the model's file.</p>
${groupTable(aggregate(near), colors, { name: nearest, error })}
<details><summary>At every proportion (${counted(aggregate(records).length, "row")})</summary>${groupTable(everything(sweep), colors, { name: "Every method at every proportion", error, kind: "compact" })}</details>
${layerTables(near, "h3")}
</section>
<section>
<h2>${error}, %: mean ± standard deviation</h2>
${matrix(sweep)}
</section>
${paper?.comparable(records) ? paperSection(sweep, paper) : ""}
<section>
${figurePanel(`${error} by epoch`, learningCurves(near, "large"), `${nearest}: means over the seeds. Logarithmic scale.`)}
</section>
${firstFilters(records, headline)}`;
}

function overviewCaption(records: readonly RunRecord[], sweep: Sweep, paper: PaperCurves | undefined): string {
  const together = shownTogether(sweep, paper);
  const methods = new Set([...together, ...sweep.dense].map(({ method }) => method));
  const sentences = [
    paper ? alike(records.filter(({ spec }) => methods.has(spec.label))) : "",
    together.length < sweep.curves.length ? "Only the paper's methods; all methods are shown below." : "",
    "Solid: means over the seeds of these runs, bars ± 1 standard deviation.",
    paper ? `Dashed: ${paper.source}${notComparable(records, paper)}.` : "",
    sweep.dense.length > 0
      ? `Gray: ${denseNetworks(sweep)}${levelOf(paper).length > 0 ? " (dotted: the paper's)" : ""}.`
      : "",
    "Both axes are logarithmic; a triangle at the top stands for an error beyond the axis.",
  ];
  return sentences.filter(Boolean).join(" ");
}

const denseNetworks = ({ dense }: Sweep): string =>
  dense.length > 1 ? "the networks that predict no weights" : "the network that predicts no weights";

const everything = ({ dense, curves }: Sweep) => [...dense, ...curves.flatMap(({ points }) => points)];

/** Warning, as the end of a sentence, if the paper's images were others. */
export function notComparable(records: readonly RunRecord[], { comparable }: PaperCurves): string {
  const names = [...new Set(records.map(({ spec: { data } }) => data.name))];
  return comparable(records) ? "" : `; not comparable with these runs, which are on ${names.join(", ")}`;
}

function paperSection(sweep: Sweep, paper: PaperCurves): string {
  const { tolerance } = paper;
  const marks =
    tolerance === undefined
      ? ""
      : ` Marked: more than ${tolerance} points <span class="worse">▲ worse</span> or <span class="better">▼ better</span>.`;
  return `<section>
<h2>Ours against the paper's</h2>
<p class="note">${capital(sweep.error)} in %, means over n seeds. <i>Italic</i>: between two digitized points, linear in log p.${marks}</p>
${paperDifferences(sweep, paper)}
</section>`;
}

const panelOf = ({ curve, svg }: ReturnType<typeof panels>[number]): string =>
  `<figure><h3>${chip(curve.color)}${escapeHtml(curve.method)}</h3>${svg}</figure>`;
