import { groupBy, type RunRecord } from "@weightcast/runs";
import { type BytesComparison, type BytesPoint, lowestWithin } from "../claims/bytes";
import { errorText, escapeHtml, kilobytes } from "../page/format";
import { errorName } from "../text/error-name";
import { trainingText } from "../text/training";
import { bytesCurves } from "./curves";

/** Most important result of runs by bytes, in a line: each network's lowest error in a few kilobytes, and the dense one's. HTML. */
export function bytesHeadline(records: readonly RunRecord[], comparison: BytesComparison): string {
  const curves = bytesCurves(records, comparison);
  const parts = Object.entries(comparison.headline).flatMap(([network, bytes]) => {
    const points = curves.filter((curve) => curve.network === network).flatMap((curve) => curve.points);
    const best = lowestWithin(points, bytes);
    const dense = lowestWithin(
      points.filter(({ isDense }) => isDense),
      bytes,
    );
    if (!best) return [];
    const control = dense && dense !== best ? `; ${escapeHtml(dense.label)} ${percent(dense)}` : "";
    const limit = `${Number((bytes / 1000).toPrecision(3))} kB`;
    return [`${escapeHtml(network)} in ${limit}: ${escapeHtml(best.label)} <b>${percent(best)}</b>${control}`];
  });
  if (parts.length > 0) return `Lowest ${errorName(records).toLowerCase()}. ${parts.join(". ")}`;
  const sizes = curves.flatMap(({ points }) => points.map(({ most }) => most));
  return `Files of ${kilobytes(Math.min(...sizes))} to ${kilobytes(Math.max(...sizes))}`;
}

const percent = ({ score }: BytesPoint): string => `${errorText(score)}%`;

/** How the runs of each network were trained. HTML. */
export const bytesLead = (records: readonly RunRecord[], { placeOf }: BytesComparison): string =>
  [...groupBy(records, ({ spec }) => placeOf(spec).network)]
    .map(([network, runs]) => `<b>${escapeHtml(network)}</b>: ${trainingText(runs, { except: ["network", "types"] })}`)
    .join(" ");
