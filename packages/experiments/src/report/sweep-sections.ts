import { aggregate } from "../aggregate";
import type { RunRecord } from "../record";
import { colorsOf } from "./colors";
import { differences, matrix } from "./comparison";
import { factList, factsOf, tolerance } from "./facts";
import { firstFilters, headline } from "./first-filters";
import { chip, counted, escapeHtml } from "./format";
import { figurePanel } from "./panel";
import { learningCurves } from "./plots";
import { runsNear, type Sweep, sweepOf } from "./sweep";
import type { Behind } from "./sweep-marks";
import { overview, panels, shownTogether } from "./sweep-plots";
import { groupTable } from "./tables";
import { alike } from "./training";

const paper =
  "the paper's curves (Denil et al. 2013, Figure 4, digitised ± 0.05 points; single runs, trained far longer and with pre-training)";

/** Runs over several proportions: the claims checked, figures, tables. HTML. */
export function sweepSections(records: readonly RunRecord[], behind: Behind): string {
  const sweep = sweepOf(records);
  const colors = colorsOf(records);
  const near = runsNear(records, headline);
  const together = shownTogether(sweep, behind);
  const methods = new Set([...together, ...sweep.dense].map(({ method }) => method));
  const caption = [
    behind ? alike(records.filter(({ spec }) => methods.has(spec.label))) : "",
    together.length < sweep.curves.length ? "The paper's methods; all of them below." : "",
    "Solid: means over the seeds of these runs, bars ± 1 standard deviation.",
    behind ? `Dashed: ${paper}.` : "",
    `Gray: ${nothing(sweep)}${behind ? " (dotted: the paper's)" : ""}.`,
    "Both axes logarithmic; a triangle at the top stands for an error beyond the axis.",
  ];
  return `${behind ? claims(sweep) : ""}
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
<p class="note">Each method at its proportion nearest to 5%: means over the seeds. Static weights are all of U; those stored are in the model's file.</p>
${groupTable(aggregate(near), colors)}
<details><summary>At every proportion (${counted(aggregate(records).length, "row")})</summary>${groupTable(everything(sweep), colors, "compact")}</details>
</section>
<section>
<h2>Test error, %: mean ± standard deviation</h2>
${matrix(sweep)}
</section>
${behind ? comparison(sweep) : ""}
<section>
${figurePanel("Test error by epoch", learningCurves(near, { width: 1100, height: 440 }), "Each method at its proportion nearest to 5%: means over the seeds. Logarithmic scale.")}
</section>
${firstFilters(records)}`;
}

const nothing = ({ dense }: Sweep): string =>
  dense.length > 1 ? "the networks that predict nothing" : "the network that predicts nothing";

const everything = ({ dense, curves }: Sweep) => [...dense, ...curves.flatMap(({ points }) => points)];

const claims = (sweep: Sweep): string => `<section>
<h2>The paper's claims, checked in these runs</h2>
${factList(factsOf(sweep))}
</section>`;

const comparison = (sweep: Sweep): string => `<section>
<h2>Ours against the paper's</h2>
<p class="note">Test error in %, means over n seeds. <i>Italic</i>: between two digitised points, linear in log p. Marked: more than ${tolerance} points <span class="worse">▲ worse</span> or <span class="better">▼ better</span>.</p>
${differences(sweep)}
</section>`;

const panelOf = ({ curve, svg }: ReturnType<typeof panels>[number]): string =>
  `<figure><h3>${chip(curve.color)}${escapeHtml(curve.method)}</h3>${svg}</figure>`;
