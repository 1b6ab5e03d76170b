import { groupBy, type RunRecord } from "@weightcast/runs";
import { learningCurves } from "../charts/run-charts";
import { type BytesComparison, type BytesCurve, lowestWithin } from "../claims/bytes";
import { firstFilters } from "../filters/first-filters";
import { escapeHtml } from "../page/format";
import { figurePanel } from "../page/page";
import { claimSection } from "../tables/claims";
import { layerTables } from "../tables/layer-tables";
import { errorName } from "../text/error-name";
import { bytesChart } from "./chart";
import { bytesCurves } from "./curves";
import { bytesTable } from "./table";

/** Sections of a report about bytes on disk: a chart of each network, the claims with their verdicts, tables, each curve's best file. HTML. */
export function bytesSections(records: readonly RunRecord[], comparison: BytesComparison): string {
  const curves = bytesCurves(records, comparison);
  const networks = [...groupBy(curves, ({ network }) => network).keys()].map(
    (network): Network => ({
      name: network,
      curves: curves.filter((curve) => curve.network === network),
      runs: records.filter(({ spec }) => comparison.placeOf(spec).network === network),
    }),
  );
  return `${networks.map((network) => chartSection(network, curves, comparison)).join("\n")}
${claimSection(comparison.claims(curves))}
${networks.map((network) => detailSections(network, comparison)).join("\n")}`;
}

/** Network with its curves and runs. */
interface Network {
  readonly name: string;
  readonly curves: readonly BytesCurve[];
  readonly runs: readonly RunRecord[];
}

function chartSection({ name, runs }: Network, all: readonly BytesCurve[], comparison: BytesComparison): string {
  const error = errorName(runs);
  const heading = `${escapeHtml(name)}: ${error.toLowerCase()} by bytes on disk`;
  const caption = escapeHtml(captionOf(name, all, comparison));
  return `<section>
${figurePanel(heading, bytesChart(name, all, comparison, error), caption)}
</section>`;
}

function detailSections({ name, curves, runs }: Network, comparison: BytesComparison): string {
  const error = errorName(runs);
  const shown = bestOfEach(runs, curves, comparison);
  const colors = new Map(curves.map(({ curve, color }) => [curve, color]));
  const text = escapeHtml(name);
  return `<section>
<h2>${text}: every file</h2>
<p class="note">Means over the seeds, ± 1 standard deviation. Bytes are of the whole file: weights, scales, biases, recipes, names. Dense files predict no weights; they are small by fewer bits, or narrower. <span class="worse">Marked</span>: a dense file of no more bytes has a lower error.</p>
${bytesTable(name, curves, error)}
</section>
<section>
${figurePanel(`${text}: ${error.toLowerCase()} by epoch`, learningCurves(shown, "large", colors), `${chosenText(name, comparison)} Logarithmic scale. The last epochs are with rounded weights.`)}
${layerTables(shown, "h3")}
</section>
${firstFilters(shown, 1)}`;
}

/** Runs of each curve's file that is shown in detail, under the name of the curve. */
function bestOfEach(
  runs: readonly RunRecord[],
  curves: readonly BytesCurve[],
  { placeOf, headline }: BytesComparison,
): RunRecord[] {
  return curves.flatMap(({ network, curve, points }) => {
    const chosen = lowestWithin(points, headline[network] ?? Number.POSITIVE_INFINITY) ?? points[0]!;
    return runs
      .filter(({ spec }) => spec.label === chosen.label && placeOf(spec).curve === curve)
      .map((run) => ({ ...run, spec: { ...run.spec, label: curve } }));
  });
}

const chosenText = (network: string, { headline }: BytesComparison): string => {
  const bytes = headline[network];
  return bytes === undefined
    ? "Each curve's lowest error."
    : `Each curve's lowest error in ${Number((bytes / 1000).toPrecision(3))} kB, or its smallest file.`;
};

function captionOf(network: string, curves: readonly BytesCurve[], comparison: BytesComparison): string {
  const others = (comparison.everywhere ?? []).filter(
    (place) =>
      place.network !== network &&
      curves.some((curve) => curve.network === place.network && curve.curve === place.curve),
  );
  const sentences = [
    "Means over the seeds, bars ± 1 standard deviation. Each dot is a model file as it is on disk, read back and evaluated. A line joins the files of a curve that have a lower error than every smaller one.",
    comparison.published.some((point) => point.network === network) ? `Diamonds: ${comparison.source}.` : "",
    others.length > 0 ? `Dotted: ${others.map((place) => `${place.network}, ${place.curve}`).join("; ")}.` : "",
    "Both axes are logarithmic; a triangle at the top stands for an error beyond the axis.",
  ];
  return sentences.filter(Boolean).join(" ");
}
