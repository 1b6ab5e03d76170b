import * as Plot from "@observablehq/plot";
import type { SettingResult } from "@weightcast/runs";
import { valueText } from "@weightcast/runs/spec";
import { chart, type Room } from "../charts/chart";
import { colorOf } from "../charts/colors";
import { draw } from "../charts/draw";
import { type NamedAxis, settingName, settingText } from "./names";

/** Coordinate of the drawing: its name, the places of the settings in [0, 1], and marks on it. */
interface Coordinate {
  readonly name: string;
  readonly places: readonly number[];
  readonly marks: readonly { readonly place: number; readonly text: string }[];
}

/** Colors and names of the best settings, of the best quarter, and of the others. */
const groups = [
  { name: "the best", color: colorOf("vermilion") },
  { name: "the best quarter", color: colorOf("blue") },
  { name: "others", color: colorOf("gray") },
] as const;

/**
 * Parallel coordinates of a search: a line for each setting through its value on every axis to its error, which is the last axis. HTML.
 * @param settings with errors, the best first
 * @param errorText error as text
 */
export function parallelCoordinates(
  settings: readonly SettingResult[],
  axes: readonly NamedAxis[],
  errorName: string,
  errorText: (value: number) => string,
): string {
  const errors = settings.map(({ score }) => score!.mean);
  const coordinates = [
    ...axes.map(([field, name]) =>
      coordinateOf(
        name,
        settings.map(({ point }) => point[field]),
      ),
    ),
    numeric(errorName, errors, false, errorText),
  ];
  return chart(
    "large",
    (room) => drawIn(room, settings, coordinates, axes, errorName, errorText),
    groups.filter((_, group) => settings.some((__, i) => groupOf(i, settings.length) === group)),
  );
}

/** Group of the setting that is number i of some, the best first. */
function groupOf(i: number, count: number): 0 | 1 | 2 {
  if (i === 0) return 0;
  return i < Math.ceil(count / 4) ? 1 : 2;
}

function coordinateOf(name: string, values: readonly unknown[]): Coordinate {
  const numbers = values.filter((value): value is number => typeof value === "number");
  const distinct = [...new Set(values.map((value) => JSON.stringify(value)))];
  if (numbers.length === values.length && new Set(numbers).size > 2) {
    const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
    return numeric(name, numbers, low > 0 && high / low > 20, valueText);
  }
  const order = numbers.length === values.length ? distinct.sort((a, b) => Number(a) - Number(b)) : distinct.sort();
  const place = (i: number) => (order.length === 1 ? 0.5 : i / (order.length - 1));
  return {
    name,
    places: values.map((value) => place(order.indexOf(JSON.stringify(value)))),
    marks: order.map((text, i) => ({ place: place(i), text: valueText(JSON.parse(text)) })),
  };
}

/** Coordinate of numbers, on a logarithmic scale if they span decades; its ends are marked. */
function numeric(name: string, values: readonly number[], isLog: boolean, text: (value: number) => string): Coordinate {
  const scale = (value: number) => (isLog ? Math.log(value) : value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const span = scale(high) - scale(low) || 1;
  const middle = isLog ? Math.sqrt(low * high) : (low + high) / 2;
  return {
    name,
    places: values.map((value) => (high === low ? 0.5 : (scale(value) - scale(low)) / span)),
    marks:
      high === low
        ? [{ place: 0.5, text: text(low) }]
        : [low, middle, high].map((value) => ({ place: (scale(value) - scale(low)) / span, text: text(value) })),
  };
}

function drawIn(
  { width, height, narrow }: Room,
  settings: readonly SettingResult[],
  coordinates: readonly Coordinate[],
  axes: readonly NamedAxis[],
  errorName: string,
  errorText: (value: number) => string,
): string {
  const points = settings.flatMap((setting, i) =>
    coordinates.map(({ places }, x) => ({
      setting: setting.setting,
      x,
      y: places[i]!,
      group: groupOf(i, settings.length),
      title: `${settingName(setting)}: ${settingText(setting, axes)}: ${errorName} ${errorText(setting.score!.mean)}`,
    })),
  );
  const marks = coordinates.flatMap(({ marks: own }, x) => own.map((mark) => ({ x, y: mark.place, text: mark.text })));
  const last = coordinates.length - 1;
  const [best] = settings;
  return draw({
    name: `${settings.length} settings by ${axes.map(([, name]) => name).join(", ")} and ${errorName}. The best: ${settingText(best!, axes)}, ${errorText(best!.score!.mean)}.`,
    width,
    height,
    marginTop: 34,
    marginBottom: 14,
    marginLeft: narrow ? 44 : 70,
    marginRight: narrow ? 52 : 80,
    x: { domain: [0, last], axis: null },
    y: { domain: [0, 1], axis: null },
    marks: [
      Plot.ruleX(
        coordinates.map((_, x) => x),
        { stroke: "currentColor", strokeOpacity: 0.35 },
      ),
      // The best lie above the others.
      ...[2, 1, 0].flatMap((group) => {
        const own = points.filter((point) => point.group === group);
        const { color } = groups[group]!;
        return [
          Plot.line(own, {
            x: "x",
            y: "y",
            z: "setting",
            stroke: color,
            strokeWidth: group === 0 ? 3 : 1.5,
            strokeOpacity: group === 2 ? 0.45 : 1,
          }),
          Plot.dot(
            own.filter(({ x }) => x === last),
            { x: "x", y: "y", fill: color, r: group === 0 ? 5 : 3, title: "title" },
          ),
        ];
      }),
      Plot.text(marks, {
        x: "x",
        y: "y",
        text: "text",
        dx: 7,
        textAnchor: "start",
        fill: "currentColor",
        stroke: "var(--card)",
        strokeWidth: 4,
        fontSize: narrow ? 10 : 11,
      }),
      Plot.text(
        coordinates.map(({ name }, x) => ({ x, name })),
        {
          x: "x",
          text: "name",
          frameAnchor: "top",
          dy: -20,
          lineAnchor: "middle",
          fontWeight: 600,
          fill: "currentColor",
          lineWidth: narrow ? 7 : 14,
        },
      ),
    ],
  });
}
