import type { CompressedFile, Quality } from "@weightcast/runs";
import { errorValue } from "@weightcast/runs/spec";
import { chip, count, foreignText, sizeText } from "../page/format";
import { table } from "../page/table";
import { outputError } from "./axes";

/** Cells of a row whose first one names it. */
const row = (name: string, cells: readonly string[]): string[] => [
  `<th scope="row">${name}</th>`,
  ...cells.map((cell) => `<td>${cell}</td>`),
];

/** Error by the labels, with its name unless it is a share: 2.12%, RMSE 1.23; undefined without labels. */
export function labeledError({ metrics }: Quality): string | undefined {
  if (metrics?.rmse !== undefined) return `RMSE ${errorValue(metrics.rmse, "RMSE")}`;
  return metrics?.error === undefined ? undefined : errorValue(metrics.error, "error");
}

const share = (value: number): string => `${(100 * value).toFixed(2)}%`;

/** Original, network after the fit, and file: bytes, errors, speed. HTML. */
export function qualityTable({ quality, bytes, training }: CompressedFile): string {
  const { original } = quality;
  const kinds: readonly (readonly [string, Quality, number | undefined])[] = [
    ["original", original, bytes.original],
    ["after the fit", quality.fitted, undefined],
    [training ? "file, after training" : "file", quality.final, bytes.file],
  ];
  return table({
    name: "Original and compressed network",
    headings: ["Network", "Bytes", "Error", "Other classes", "Difference", "Examples/s", "Speed"],
    rows: kinds.map(([name, found, size]) =>
      row(name, [
        size === undefined ? "–" : sizeText(size),
        labeledError(found) ?? "–",
        found.disagreement === undefined ? "–" : share(found.disagreement),
        share(found.difference),
        count(found.perSecond),
        `${(found.perSecond / original.perSecond).toFixed(2)}×`,
      ]),
    ),
  });
}

/** Layers that were factorized. @param colors by dictionary. HTML. */
export const layersTable = ({ layers }: CompressedFile, colors: ReadonlyMap<string, string>): string =>
  table({
    name: "Layers",
    headings: ["Layer", "Dictionary", "Atoms", "Learned", "Stored", "Weights", "Left over"],
    rows: layers.map(({ path, dictionary, rank, learned, stored, weights, left }) =>
      row(foreignText(path), [
        `${chip(colors.get(dictionary) ?? "currentColor")}${foreignText(dictionary)}`,
        ...[rank, learned, stored, weights].map(count),
        share(left),
      ]),
    ),
  });

/** Layers that stay as they are, in a sentence; empty if there are none. HTML. */
export const keptText = ({ kept }: CompressedFile): string =>
  kept.length === 0
    ? ""
    : `<p class="note">Unchanged: ${kept.map(({ path, reason }) => `${foreignText(path)} (${foreignText(reason)})`).join(", ")}.</p>`;

/** All points of all curves, folded away. HTML. */
export const pointsTable = ({
  sensitivity,
}: CompressedFile): string => `<details><summary>All points of the curves</summary>
${table({
  name: "Sensitivity",
  headings: ["Layer", "Dictionary", "Atoms", "Learned", "Stored", "Left over", "Error of the outputs", ""],
  rows: sensitivity.layers.flatMap(({ path, points }) =>
    points.map(({ dictionary, rank, learned, stored, left, error, measured }) =>
      row(foreignText(path), [
        foreignText(dictionary),
        ...[rank, learned, stored].map(count),
        share(left),
        outputError(error),
        measured ? "measured" : "interpolated",
      ]),
    ),
  ),
  kind: "compact",
})}</details>`;
