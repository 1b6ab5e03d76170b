import { aggregate } from "../aggregate";
import type { RunRecord } from "../record";
import { colorsOf } from "./colors";
import { differences, matrix } from "./comparison";
import { factList, tolerance } from "./facts";
import { type PaperFigure, paperFigures } from "./figures";
import { firstFilters, headline as usual } from "./first-filters";
import { chip, counted, escapeHtml } from "./format";
import { layerTables } from "./layer-tables";
import { figurePanel } from "./panel";
import { learningCurves } from "./plots";
import { runsNear, type Sweep, sweepOf } from "./sweep";
import { type Behind, levelOf } from "./sweep-marks";
import { overview, panels, shownTogether } from "./sweep-plots";
import { groupTable } from "./tables";
import { alike } from "./training";

/** Runs over several proportions: the claims checked, figures, tables. HTML. */
export function sweepSections(records: readonly RunRecord[], figure: PaperFigure | undefined): string {
  const sweep = sweepOf(records);
  const colors = colorsOf(records);
  const { headline, paper: behind } = figure ?? { headline: usual };
  const near = runsNear(records, headline);
  const nearest = `Each method at its proportion nearest to ${percent(headline)}`;
  const together = shownTogether(sweep, behind);
  const methods = new Set([...together, ...sweep.dense].map(({ method }) => method));
  const caption = [
    behind ? alike(records.filter(({ spec }) => methods.has(spec.label))) : "",
    together.length < sweep.curves.length ? "The paper's methods; all of them below." : "",
    "Solid: means over the seeds of these runs, bars ± 1 standard deviation.",
    behind ? `Dashed: ${behind.source}${notComparable(records, behind)}.` : "",
    sweep.dense.length > 0
      ? `Gray: ${nothing(sweep)}${levelOf(behind).length > 0 ? " (dotted: the paper's)" : ""}.`
      : "",
    "Both axes logarithmic; a triangle at the top stands for an error beyond the axis.",
  ];
  return `${figure ? claims(sweep, figure) : ""}
<section>
${figurePanel("Test error by proportion learned", overview(sweep, behind), escapeHtml(caption.filter(Boolean).join(" ")))}
</section>
<section>
<h2>Every method by itself</h2>
<p class="note">The same axes${behind ? ", the paper's curve dashed where it has one" : ""}; faint: the other methods; gray: ${nothing(sweep)}.</p>
<div class="panels">${panels(sweep, behind).map(panelOf).join("\n")}</div>
</section>
<section>
<h2>What is learned, what is fixed</h2>
<p class="note">${nearest}: means over the seeds. Static weights are all of U; those stored are in the model's file.</p>
${groupTable(aggregate(near), colors)}
<details><summary>At every proportion (${counted(aggregate(records).length, "row")})</summary>${groupTable(everything(sweep), colors, "compact")}</details>
${layerTables(near)}
</section>
<section>
<h2>Test error, %: mean ± standard deviation</h2>
${matrix(sweep)}
</section>
${behind && figure?.paper === paperFigures.fig4.paper ? comparison(sweep) : ""}
<section>
${figurePanel("Test error by epoch", learningCurves(near, { width: 1100, height: 440 }), `${nearest}: means over the seeds. Logarithmic scale.`)}
</section>
${firstFilters(records, headline)}`;
}

const nothing = ({ dense }: Sweep): string =>
  dense.length > 1 ? "the networks that predict nothing" : "the network that predicts nothing";

const everything = ({ dense, curves }: Sweep) => [...dense, ...curves.flatMap(({ points }) => points)];

const claims = (sweep: Sweep, { claims: heading, factsOf }: PaperFigure): string => `<section>
<h2>${heading}</h2>
${factList(factsOf(sweep))}
</section>`;

/** What is said where the paper's images were others. */
export function notComparable(records: readonly RunRecord[], { comparable }: NonNullable<Behind>): string {
  const names = [...new Set(records.map(({ spec: { data } }) => data.name))];
  return comparable(records) ? "" : `; not comparable with these runs, which are on ${names.join(", ")}`;
}

const percent = (proportion: number): string => `${Number((100 * proportion).toPrecision(2))}%`;

const comparison = (sweep: Sweep): string => `<section>
<h2>Ours against the paper's</h2>
<p class="note">Test error in %, means over n seeds. <i>Italic</i>: between two digitised points, linear in log p. Marked: more than ${tolerance} points <span class="worse">▲ worse</span> or <span class="better">▼ better</span>.</p>
${differences(sweep)}
</section>`;

const panelOf = ({ curve, svg }: ReturnType<typeof panels>[number]): string =>
  `<figure><h3>${chip(curve.color)}${escapeHtml(curve.method)}</h3>${svg}</figure>`;
