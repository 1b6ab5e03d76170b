import * as Plot from "@observablehq/plot";
import type { ClassErrors } from "@weightcast/runs";
import { chart } from "./chart";
import { draw } from "./draw";

/** Errors of the classes of one method. */
export interface MethodErrors {
  readonly method: string;
  readonly color: string;
  /** A share and its counts for each class, in the order of the labels. */
  readonly classes: readonly ClassErrors[];
}

/** Number of classes up to which all are drawn. */
export const drawnClasses = 20;

/**
 * Test error by class, those with the largest errors first: a bar each for one method, a dot for each of several. HTML.
 * @param methods with the same classes, at least one
 * @param error name of the errors: "Test error"
 */
export function classChart(methods: readonly MethodErrors[], error: string): string {
  const values = methods.flatMap(({ method, color, classes }) =>
    classes.flatMap(({ name, count, wrong }) =>
      count === 0
        ? []
        : [{ method, color, name, error: (100 * wrong) / count, title: titleOf(method, { name, count, wrong }) }],
    ),
  );
  const largest = new Map<string, number>();
  for (const { name, error } of values) largest.set(name, Math.max(error, largest.get(name) ?? 0));
  const names = [...largest]
    .sort(([, a], [, b]) => b - a)
    .slice(0, drawnClasses)
    .map(([name]) => name);
  const shown = values.filter(({ name }) => names.includes(name));
  const at = { x: "error", y: "name" } as const;
  const marks = methods.length > 1 ? dots(shown, at) : bars(shown, at);
  return chart(
    "small",
    ({ width, narrow }) =>
      draw({
        name: `${error} by class: ${names.map((name) => `${name} ${largest.get(name)!.toFixed(2)}%`).join("; ")}.`,
        width,
        height: 60 + 24 * names.length,
        marginLeft: 16 + Math.min(narrow ? 110 : 200, 7.5 * Math.max(...names.map(({ length }) => length))),
        marginRight: 48,
        marginTop: 10,
        x: { label: `${error}, %`, grid: true, zero: true },
        y: { label: null, domain: names, type: "band" },
        marks,
      }),
    methods.length > 1 ? methods.map(({ method, color }) => ({ name: method, color })) : [],
  );
}

interface Shown {
  readonly color: string;
  readonly error: number;
  readonly title: string;
}
type Place = { readonly x: string; readonly y: string };

const bars = (shown: readonly Shown[], at: Place): Plot.Markish[] => [
  Plot.barX(shown, { ...at, fill: shown[0]?.color ?? "currentColor", title: "title", insetTop: 3, insetBottom: 3 }),
  Plot.text(shown, { ...at, text: ({ error }: Shown) => error.toFixed(2), dx: 5, textAnchor: "start" }),
];

const dots = (shown: readonly Shown[], at: Place): Plot.Markish[] =>
  shown.map((one) => Plot.dot([one], { ...at, fill: one.color, title: "title", r: 4 }));

const titleOf = (method: string, { name, count, wrong }: ClassErrors): string =>
  `${method}, class ${name}: ${((100 * wrong) / count).toFixed(2)}% (${wrong} of ${count})`;
