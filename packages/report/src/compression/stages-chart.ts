import * as Plot from "@observablehq/plot";
import type { CompressedFile } from "@weightcast/runs";
import { chart, type Room } from "../charts/chart";
import { colorOf, textColor } from "../charts/colors";
import { draw, spreadOut } from "../charts/draw";
import { count, logPercent } from "../page/format";
import { countedBy, numbersAxis, outputError, outputErrorAxis, reachOf } from "./axes";

/** Colors of what is expected by the curves, and of what was measured. */
const [expected, measured] = [colorOf("gray"), colorOf("vermilion")];

/** Errors of the whole model that other budgets would give by the curves, and those of this one, measured. HTML. */
export const stagesChart = (done: CompressedFile): string =>
  chart("small", (room) => drawStages(room, done), [
    { name: "expected by the curves", color: expected },
    { name: "measured", color: measured },
  ]);

function drawStages(room: Room, done: CompressedFile): string {
  const { stages, numbers, quality, training } = done;
  const counted = countedBy(done);
  const here = numbers[counted];
  const points = stages.slice(1); // the first is the model as it is
  const found = [
    ...(training ? [{ name: "after the fit", error: quality.fitted.difference }] : []),
    { name: training ? "after training" : "the file", error: quality.final.difference },
  ].map((one) => ({ ...one, cost: here }));
  const all = [...points, ...found];
  const costs = all.map(({ cost }) => cost);
  const [least, most] = [0.9 * Math.min(...costs), 1.1 * Math.max(...costs)];
  const at = { x: "cost", y: ({ error }: { error: number }) => logPercent(error) } as const;
  const text = `${count(here)} ${counted}: ${found.map(({ name, error }) => `${outputError(error)} ${name}`).join(", ")}`;
  const reach = reachOf(all.map(({ error }) => error));
  const [first, last] = [points[0], points.at(-1)];
  const curve =
    first && last
      ? ` By the curves ${outputError(first.error)} with ${count(first.cost)}, to ${outputError(last.error)} with ${count(last.cost)}.`
      : "";
  return draw({
    name: `Error of the outputs by numbers ${counted}. With ${text}.${curve}`,
    ...{ width: room.width, height: room.height, marginLeft: room.narrow ? 36 : 48, marginRight: 20 },
    x: numbersAxis(`Numbers ${counted}`, [least, most], room),
    y: outputErrorAxis(reach),
    marks: [
      Plot.line(points, { ...at, stroke: expected, strokeWidth: 2 }),
      Plot.dot(points, {
        ...{ ...at, fill: expected, r: 2.5, ariaDescription: "expected" },
        title: ({ cost, error }: (typeof points)[number]) =>
          `${count(cost)} ${counted}: error ${outputError(error)}, expected`,
      }),
      Plot.dot(found, {
        ...{ ...at, fill: measured, symbol: "diamond", r: 5.5, ariaDescription: "measured" },
        title: ({ name, cost, error }: (typeof found)[number]) =>
          `${count(cost)} ${counted}, ${name}: error ${outputError(error)}, measured`,
      }),
      ...(room.narrow ? [] : namesOf(found, reach, room, Math.log(here / least) > 0.75 * Math.log(most / least))),
    ],
  });
}

/** Names beside measured errors, moved apart. @param left whether they stand to the left */
function namesOf(
  found: readonly { readonly name: string; readonly cost: number; readonly error: number }[],
  [low, high]: readonly [number, number],
  { height }: Room,
  left: boolean,
): Plot.Markish[] {
  const heights = spreadOut(
    found.map(({ error }) => Math.log(logPercent(error))),
    (15 * Math.log(high / low)) / (height - 70),
  );
  return found.map(({ name, cost }, i) =>
    Plot.text([{ cost, percent: Math.exp(heights[i]!) }], {
      ...{ x: "cost", y: "percent", text: () => name, fill: textColor(measured), fontWeight: 600 },
      ...(left ? { dx: -10, textAnchor: "end" } : { dx: 10, textAnchor: "start" }),
      ...{ stroke: "var(--card)", strokeWidth: 4 },
    }),
  );
}
