import type { RunRecord } from "../record";
import { summarize } from "../summary";
import { filterImages } from "./filter-images";
import { colorsOf, errorByProportion, learningCurves } from "./plots";
import { style } from "./style";

/** Options of {@link renderReport}. */
export interface ReportOptions {
  readonly title: string;
  /** Draws the paper's figure behind the runs. */
  readonly figure?: "fig4";
  /** What made these runs, to be typed again. */
  readonly command: string;
}

/**
 * Runs as one HTML document that needs no other file: a table, plots of the test error, first-layer filters as the learned pixels
 * and the whole predicted filter, and how to make it again.
 * @throws RangeError if there is no run
 */
export function renderReport(records: readonly RunRecord[], { title, figure, command }: ReportOptions): string {
  if (records.length === 0) throw new RangeError("renderReport: records must hold at least one run; got none");
  const { engine, execution, spec } = records[0]!;
  const runtime = execution?.runtime;
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
<p class="lead">W = U V: the atoms U come from a fixed dictionary, only V is learned. ${escapeHtml(describe(records[0]!))}</p>
${table(records)}
<section class="plots">
${figure === "fig4" ? panel("Test error by proportion learned", errorByProportion(records), "Dots: these runs. Dashed: the paper's curves (Denil et al. 2013, Figure 4, digitised), trained far longer and with pre-training.") : ""}
${panel("Test error by epoch", learningCurves(records), "Logarithmic scale.")}
</section>
<section>
<h2>First-layer filters</h2>
<p>Blue is negative, red positive. Where the dictionary predicts from pixels, the pixels that were learned stand above the filter they give.</p>
${records.map(filters).join("\n")}
</section>
<footer>
<p>Made by <code>${escapeHtml(command)}</code>, seed ${spec.seed}, ${runtime ? `steps compiled and run by ${escapeHtml(runtime)}, networks built` : "steps run eagerly"} on ${escapeHtml(engine.version)}.
Runs ${records.map(({ id }) => `<code>${id}</code>`).join(", ")}.</p>
</footer>
</main>
</body>
</html>
`;
}

function describe({ spec, result }: RunRecord): string {
  const { epochs, batchSize, rate, momentum, schedule, optimizer } = spec.training;
  const sizes = [result.domain.join("×"), ...spec.hidden.map(({ units }) => units)].join("–");
  const how = optimizer === "sgd" ? `momentum ${momentum}` : optimizer;
  const images = spec.data.train ? `${spec.data.train.toLocaleString("en")} training images` : "all training images";
  return `Hidden layers ${sizes}, ${spec.activation}, then the classes; ${spec.data.name}, ${images}, ${epochs} epoch${epochs === 1 ? "" : "s"}, batches of ${batchSize}, ${how}, rate ${rate} (${schedule}).`;
}

function table(records: readonly RunRecord[]): string {
  const colors = colorsOf(records);
  const count = (value: number) => value.toLocaleString("en");
  const rows = records.map((record) => {
    const { method, proportion, dynamic, static: fixed, stored, bytes, testError, seconds } = summarize(record);
    return `<tr><th scope="row"><i style="background:${colors.get(method)}"></i>${escapeHtml(method)}</th>
<td>${(100 * proportion).toFixed(1)}%</td><td>${count(dynamic)}</td><td>${count(fixed)}</td><td>${count(stored)}</td>
<td>${kilobytes(bytes)}</td><td class="result">${(100 * testError).toFixed(2)}%</td><td>${seconds.toFixed(1)}</td></tr>`;
  });
  return `<div class="scroll"><table>
<thead><tr><th>Method</th><th>Learned</th><th>Dynamic parameters</th><th>Static</th><th>of them stored</th><th>File</th><th>Test error</th><th>Seconds</th></tr></thead>
<tbody>${rows.join("\n")}</tbody></table></div>`;
}

const kilobytes = (bytes: number): string => `${Math.round(bytes / 1000).toLocaleString("en")} kB`;

const panel = (heading: string, plot: string, note: string): string =>
  `<figure><h2>${heading}</h2>${plot}<figcaption>${note}</figcaption></figure>`;

function filters({ spec, result }: RunRecord): string {
  if (result.domain.length !== 2) return "";
  const image = (source: string, what: string) => `<img src="${source}" alt="${what}" title="${what}">`;
  const pictures = result.filters.map((filter) => {
    const { learned, predicted } = filterImages(filter, result.domain);
    const pixels = filter.learned ? image(learned!, `${filter.learned.length} learned pixels`) : "";
    return `<span>${pixels}${image(predicted, "filter")}</span>`;
  });
  return `<h3>${escapeHtml(spec.label)}</h3><div class="filters">${pictures.join("")}</div>`;
}

const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
