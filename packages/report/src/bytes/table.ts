import { type BytesCurve, type BytesPoint, lowestWithin } from "../claims/bytes";
import { chip, count, errorHtml, escapeHtml } from "../page/format";
import { table } from "../page/table";

/**
 * Table of the files of a network, each curve from its largest on. Beside each stands the honest control: the lowest error of the
 * network's dense files, quantized or narrower, of no more bytes. HTML. @param error name of the errors: "Test error"
 */
export function bytesTable(network: string, curves: readonly BytesCurve[], error: string): string {
  const dense = curves.flatMap(({ points }) => points).filter(({ isDense }) => isDense);
  const rows = curves.flatMap(({ curve, color, points }) =>
    [...points]
      .reverse()
      .map((point) => [
        `<th scope="row">${chip(color)}${escapeHtml(point.label)}</th>`,
        `<td>${escapeHtml(curve)}</td>`,
        `<td>${count(point.bytes)}</td>`,
        `<td class="result">${errorHtml(point.score)}</td>`,
        `<td>${point.seeds.length}</td>`,
        `<td>${count(point.learned)}</td>`,
        `<td>${((8 * point.bytes) / point.learned).toFixed(2)}</td>`,
        ...controlCells(point, dense),
      ]),
  );
  const headings = [
    "Network",
    "Curve",
    "Bytes",
    `${error}, %`,
    "Seeds",
    "Learned numbers",
    "Bits per learned number",
    "Best dense of no more bytes, %",
    "which",
  ];
  return table({ name: `${network}: bytes and errors`, headings, rows, kind: "compact" });
}

function controlCells(point: BytesPoint, dense: readonly BytesPoint[]): string[] {
  const control = point.isDense ? undefined : lowestWithin(dense, point.most);
  if (!control) return ["<td>–</td>", "<td>–</td>"];
  const kind = control.score.mean < point.score.mean ? "worse" : "";
  return [
    `<td${kind && ` class="${kind}" title="lower than this file's error"`}>${errorHtml(control.score)}</td>`,
    `<td>${escapeHtml(control.label)}</td>`,
  ];
}
