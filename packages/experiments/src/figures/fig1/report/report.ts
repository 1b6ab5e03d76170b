import { chip, counted, escapeHtml, figurePanel, page, roundShare, table, trainingText } from "@weightcast/report";
import { scoreOf } from "@weightcast/runs";
import type { ErrorCurve, Fig1Result, FilterErrors } from "../error-curves";
import { looks, nameOfCurve } from "./names";
import { filterRows } from "./pictures";
import { errorByShare } from "./plot";
import { findings } from "./text";

/** Options of {@link renderFig1}. */
export interface Fig1ReportOptions {
  readonly title: string;
  /** Command that made the report, to be typed again. */
  readonly command: string;
}

/**
 * Report of Figure 1 (Denil et al. 2013): one HTML document that needs no other file. It has, for each network, filters as
 * trained, kept and predicted; the error by the share kept for every kernel and baseline; a table; and the findings.
 * @throws RangeError if there are no networks
 */
export function renderFig1(results: readonly Fig1Result[], { title, command }: Fig1ReportOptions): string {
  if (results.length === 0) throw new RangeError("renderFig1: results must hold at least one network; got none");
  return page({
    title,
    command,
    lead: "A few pixels of each trained filter are kept, at random; the others are predicted from them by kernel ridge regression, ŵ = k<sub>α</sub>ᵀ(K<sub>α</sub> + λI)⁻¹w<sub>α</sub>. The error is ‖W − Ŵ‖² / ‖W‖² over all filters of a layer, the pixels kept counting as known: the normalized mean squared error. The error of predicting zero is one minus the share of the squared weights that is kept.",
    body: results.map(section).join("\n"),
    origin: `. ${results.map(origin).join(" ")}`,
    moreStyle: fig1Style,
  });
}

const fig1Style = `
.filter-rows { display: grid; gap: .4rem; align-items: center; }
.filter-rows img { width: 100%; aspect-ratio: 1; image-rendering: pixelated; background: #b9bfc8; }
.filter-rows.color img { background: #ffffff; outline: 1px solid var(--line); }
.filter-rows .label { font-size: .85rem; font-weight: 600; }
.filter-rows small { display: block; font-weight: 400; color: var(--soft); }
.filter-rows .label { padding-right: .5rem; }
@media (max-width: 600px) { .filter-rows { grid-template-columns: repeat(5, 1fr) !important; } .filter-rows .label { grid-column: 1 / -1; padding-top: .4rem; } .filter-rows small { display: inline; } }
@media print { .filter-rows { gap: .2rem; } }
.legend svg { width: 30px; height: 10px; vertical-align: middle; margin-right: .4rem; }
`;

function section(result: Fig1Result): string {
  const { record, filters, errors } = result;
  const { share, ridge, given, best, lengthScale, subsets } = errors;
  const grid = [...filters.domain, ...(filters.channels > 1 ? [filters.channels] : [])].join("×");
  const note = `Lines: means over ${counted(subsets, "random subset")} of the pixels, the same pixels of every filter${filters.channels > 1 ? " and channel" : ""}; bars ± 1 standard deviation. λ = ${ridge}.`;
  const chosen = `Each kernel at the length scale σ, in pixels, with the smallest error at ${roundShare(share)}: ${best.map((curve) => escapeHtml(nameOfCurve(curve))).join("; ")}.`;
  const plots = [
    figurePanel(`Error by share kept, length scale ${lengthScale}`, errorByShare(errors, given), note),
    ...(best.length > 0
      ? [
          figurePanel(
            "Error by share kept, best length scales",
            errorByShare(errors, withoutScale(given).concat(best)),
            chosen,
          ),
        ]
      : []),
  ];
  return `<section>
<h2>${escapeHtml(record.spec.data.name)}: ${counted(filters.count, "filter")} of ${grid}</h2>
<p class="note">${trainingText([record])} Test error ${(100 * scoreOf(record.result)).toFixed(2)}%.</p>
${findings(result)}
<p>${startText(result.startLeft)}</p>
<figure>${filterRows(result)}<figcaption>${colorsText(filters.channels)} Each filter has its own scale, the same in all rows.</figcaption></figure>
</section>
<section>
${legend(errors)}
<div class="plots">
${plots.join("\n")}
</div>
${errorTable(errors, record.spec.data.name)}
</section>`;
}

/** Share of the random first weights above which they show in every filter. */
const much = 0.25;

const startText = (left: number): string =>
  `Where no gradient moves a weight, weight decay has left ${roundShare(left)} of the random number it started from.${
    left > much
      ? " <b>So a large part of these filters is still random, and nothing predicts that: train longer, or with more weight decay.</b>"
      : ""
  }`;

const colorsText = (channels: number): string =>
  channels === 3
    ? "Red, green and blue are the weights of the channels, gray is zero; white: not kept."
    : "Blue is negative, red positive, white zero; gray: not kept.";

/** Curves without a length scale, that of the covariance, which belongs to both plots. */
const withoutScale = (curves: readonly ErrorCurve[]) => curves.filter(({ lengthScale }) => lengthScale === undefined);

function legend({ baselines, given }: FilterErrors): string {
  const items = [...given, ...baselines].map(({ predictor }) => {
    const { name, color, dashes } = looks[predictor];
    const dash = dashes === undefined ? "" : ` stroke-dasharray="${dashes}"`;
    return `<li><svg viewBox="0 0 30 10" aria-hidden="true"><line x1="0" x2="30" y1="5" y2="5" stroke="${color}" stroke-width="2.5"${dash}/></svg>${escapeHtml(name)}</li>`;
  });
  return `<ul class="legend">${items.join("")}</ul>`;
}

/** Shares in the table. */
const columns = [0.01, 0.02, 0.05, 0.1, 0.15, 0.25, 0.5, 0.75, 0.9];

function errorTable({ baselines, given, best, share }: FilterErrors, data: string): string {
  const curves = [...given, ...best.filter((curve) => !given.includes(curve)), ...baselines];
  const shares = given[0]?.points ?? baselines[0]!.points;
  const wanted = shares.filter((point) => columns.includes(point.share) || point.share === share);
  // If a filter has few pixels, several small shares keep the same number.
  const shown = wanted.filter(({ kept }, i) => kept !== wanted[i - 1]?.kept || wanted[i]!.share === share);
  const at = ({ points }: ErrorCurve, part: number) => points.find((point) => point.share === part)!.error;
  const smallest = shown.map((point) => Math.min(...curves.map((curve) => at(curve, point.share).mean)));
  const rows = curves.map((curve) => [
    `<th scope="row">${chip(looks[curve.predictor].color)}${escapeHtml(nameOfCurve(curve))}</th>`,
    ...shown.map((point, i) => {
      const { mean, sd } = at(curve, point.share);
      const deviation = sd === undefined ? "" : ` <small>± ${sd.toFixed(3)}</small>`;
      return `<td${mean === smallest[i] ? ' class="good"' : ""}>${mean.toFixed(3)}${deviation}</td>`;
    }),
  ]);
  const headings = shown.map((point) => `${roundShare(point.share)} <small>(${point.kept})</small>`);
  return `<p class="note">The error at some shares (pixels kept), mean ± standard deviation; <span class="good">shaded</span>: the smallest.</p>
${table({ name: `Normalized mean squared error, ${data}`, headings: ["Predicted by", ...headings], rows, kind: "compact" })}`;
}

/** Engine, seed and identity of a network's run, in a sentence. HTML. */
function origin({ record, errors }: Fig1Result): string {
  const { id, spec, engine, execution } = record;
  const how = execution?.runtime
    ? `steps compiled and run by ${execution.runtime}`
    : `steps run eagerly by ${engine.version}`;
  return `${escapeHtml(spec.data.name)}: run ${id}, seed ${spec.seed}, ${escapeHtml(how)}; pixels drawn by seed ${errors.seed}.`;
}
