import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

/** Options of {@link draw}: those of Observable Plot, and a name. */
export interface DrawOptions extends Plot.PlotOptions {
  /** What the plot shows, in a sentence, for readers who do not see it. */
  readonly name: string;
}

/** Plot as SVG, an image with a name. */
export function draw({ name, ...options }: DrawOptions): string {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const svg = Plot.plot({
    width: 560,
    height: 340,
    marginRight: 80,
    marginLeft: 48,
    marginBottom: 42,
    style: { fontSize: "12px", background: "none" },
    document: document as never,
    ariaLabel: name,
    ...options,
    marks: [...logarithmicAxes(options), ...(options.marks ?? [])],
  });
  svg.setAttribute("role", "img");
  // The name says it all: its parts, whose labels are only for tests and style sheets, are not read.
  const parts = document.createElementNS("http://www.w3.org/2000/svg", "g");
  parts.setAttribute("aria-hidden", "true");
  parts.append(...svg.childNodes);
  svg.append(parts);
  svg.removeAttribute("class");
  svg.querySelector("style")?.remove(); // the page's style sheet has what it says
  return svg.outerHTML.replace(places, rounded);
}

/** Logarithmic axes with a text for each of their ticks. D3, which draws them otherwise, leaves out those of some. */
function logarithmicAxes({ x, y }: Plot.PlotOptions): Plot.Markish[] {
  const marks = (axis: typeof Plot.axisX, scale: Plot.ScaleOptions | undefined) =>
    scale?.type === "log" && Array.isArray(scale.ticks) && typeof scale.tickFormat === "function"
      ? [axis(scale.ticks, { text: scale.tickFormat })]
      : [];
  return [...marks(Plot.axisX, x), ...marks(Plot.axisY, y)];
}

/** Attributes that hold coordinates. */
const places = / (?:d|transform|points|c?[xy][12]?|width|height|r)="[^"]*"/g;

/** Coordinates rounded to hundredths of a pixel. */
const rounded = (attribute: string): string =>
  attribute.replace(/-?\d+\.\d{3,}/g, (value) => `${+(+value).toFixed(2)}`);

/** Round numbers within a logarithmic axis. @param steps those from 1 to 10 */
export const ticksIn = ([low, high]: readonly [number, number], steps: readonly number[]): number[] =>
  [-2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8]
    .map((power) => Number(`1e${power}`))
    .flatMap((unit) => steps.map((n) => n * unit))
    .filter((tick) => tick >= low && tick <= high);

/** Ticks as {@link ticksIn}; if fewer than three are inside, equal steps of 1, 2 or 5 of some unit. */
export function fewTicksIn(domain: readonly [number, number], steps: readonly number[]): number[] {
  const round = ticksIn(domain, steps);
  const [low, high] = domain;
  if (round.length >= 3 || high <= low) return round;
  const unit = 10 ** Math.floor(Math.log10(high - low));
  const step = unit * ([0.2, 0.5, 1].find((part) => (high - low) / (unit * part) <= 7) ?? 2);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step);
}

/** Text of a tick on an axis, of percentages if a unit is "%". @param scale 100 if the axis is of shares */
export const tickText =
  (scale: 1 | 100, unit: "" | "%" | " kB") =>
  (tick: number): string =>
    `${Number((scale * tick).toPrecision(3))}${unit}`;

/**
 * Numbers moved as little as possible so that any two are `gap` apart, in the order given.
 * @param highest upper limit of all of them @default Infinity
 */
export function spreadOut(values: readonly number[], gap: number, highest = Number.POSITIVE_INFINITY): number[] {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const blockOf = (items: typeof order) => {
    const mean = items.reduce((sum, { value }) => sum + value, 0) / items.length;
    return { items, middle: Math.min(mean, highest - (gap * (items.length - 1)) / 2) };
  };
  const blocks: { items: typeof order; middle: number }[] = [];
  for (const item of order) {
    let block = blockOf([item]);
    for (let last = blocks.at(-1); last && overlap(last, block, gap); last = blocks.at(-1)) {
      blocks.pop();
      block = blockOf([...last.items, ...block.items]);
    }
    blocks.push(block);
  }
  const moved = new Array<number>(values.length);
  for (const { items, middle } of blocks)
    for (const [i, { index }] of items.entries()) moved[index] = middle + (i - (items.length - 1) / 2) * gap;
  return moved;
}

interface Block {
  readonly items: readonly unknown[];
  readonly middle: number;
}

const overlap = (below: Block, above: Block, gap: number): boolean =>
  above.middle - below.middle < (gap * (below.items.length + above.items.length)) / 2 - 1e-12;
