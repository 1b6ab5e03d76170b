import * as Plot from "@observablehq/plot";
import type { CompressedFile } from "@weightcast/runs";
import { printable } from "@weightcast/types";
import { chart, type Room } from "../charts/chart";
import { draw } from "../charts/draw";
import { count, logPercent } from "../page/format";
import { type Counted, numbersAxis, outputError, outputErrorAxis, reachOf } from "./axes";

/** Curve of a layer. */
export type LayerCurve = CompressedFile["sensitivity"]["layers"][number];
type Point = LayerCurve["points"][number];
/** What became of a layer. */
export type Chosen = Pick<CompressedFile["layers"][number], "dictionary" | "rank">;

/** Point of a layer's curve that was chosen: that of the dictionary with the same rank, or the nearest. */
const chosenPoint = ({ points }: LayerCurve, chosen: Chosen | undefined): Point | undefined =>
  points
    .filter(({ dictionary }) => dictionary === chosen?.dictionary)
    .toSorted((a, b) => Math.abs(a.rank - chosen!.rank) - Math.abs(b.rank - chosen!.rank))[0];

/**
 * Sensitivity of the outputs to a layer: their error by the numbers that the layer takes, a line for each dictionary, with a ring around what was
 * chosen. HTML.
 */
export const sensitivityChart = (
  curve: LayerCurve,
  chosen: Chosen | undefined,
  counted: Counted,
  colors: ReadonlyMap<string, string>,
): string => chart("small", (room) => drawCurve(room, curve, chosen, counted, colors));

function drawCurve(
  room: Room,
  curve: LayerCurve,
  chosen: Chosen | undefined,
  counted: Counted,
  colors: ReadonlyMap<string, string>,
): string {
  const { weights } = curve;
  const mark = chosenPoint(curve, chosen);
  // Points that take no fewer numbers than the layer as it is are none to choose, unless one was.
  const points = curve.points.filter((point) => point[counted] < weights || point === mark);
  const most = Math.max(weights, ...points.map((point) => point[counted]));
  const least = Math.min(most / 2, ...points.map((point) => point[counted]));
  const at = { x: counted, y: (point: Point) => logPercent(point.error) } as const;
  return draw({
    name: nameOf(curve, points, mark, counted),
    ...{ width: room.width, height: room.height, marginLeft: room.narrow ? 36 : 48, marginRight: 20 },
    x: numbersAxis(`Numbers ${counted}`, [least, most], room),
    y: outputErrorAxis(reachOf(points.length > 0 ? points.map(({ error }) => error) : [0, 1])),
    marks: [
      ...[...colors].flatMap(([name, color]) => {
        const own = points.filter(({ dictionary }) => dictionary === name);
        return [
          Plot.line(own, { ...at, stroke: color, strokeWidth: 2 }),
          ...[true, false].map((measured) =>
            Plot.dot(
              own.filter((point) => point.measured === measured),
              {
                ...{ ...at, title: titleOf, fill: color, r: measured ? 4.5 : 2.5 },
                ariaDescription: measured ? "measured" : "interpolated",
              },
            ),
          ),
        ];
      }),
      Plot.dot(mark ? [mark] : [], { ...at, stroke: "currentColor", strokeWidth: 2, r: 9, ariaDescription: "chosen" }),
    ],
  });
}

const titleOf = ({ dictionary, rank, learned, stored, error, measured }: Point): string =>
  `${dictionary}, ${count(rank)} atoms: ${count(learned)} learned, ${count(stored)} stored; error ${outputError(error)}${measured ? "" : ", interpolated"}`;

/** Chart in a sentence: the ends of each curve, and the choice. */
function nameOf({ path }: LayerCurve, points: readonly Point[], mark: Point | undefined, counted: Counted): string {
  const text = (point: Point) => `${outputError(point.error)} with ${count(point[counted])}`;
  const ends = [...new Set(points.map(({ dictionary }) => dictionary))].map((name) => {
    const own = points.filter(({ dictionary }) => dictionary === name);
    return `${name} ${text(own[0]!)}${own.length > 1 ? ` to ${text(own.at(-1)!)}` : ""}`;
  });
  const choice = mark ? `Chosen: ${mark.dictionary} ${text(mark)}` : "The layer stays as it is";
  return `Error of the outputs by numbers ${counted} in ${printable(path)} alone. ${ends.join("; ")}. ${choice}.`;
}
