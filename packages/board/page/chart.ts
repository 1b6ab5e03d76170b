import type { Point } from "../src/protocol";
import { short } from "./format";

/** Line of a chart. */
export interface Line {
  readonly name: string;
  /** CSS variable with its color. */
  readonly color: string;
  readonly points: readonly Point[];
}

/** How a chart's values are written. */
export interface ChartOptions {
  /** What the chart shows, for readers who do not see it. */
  readonly name: string;
  readonly tick: (value: number) => string;
}

const margin = { left: 52, right: 10, top: 8, bottom: 26 };
/** Pixels between two ticks, at least. */
const gap = { x: 60, y: 34 };

/** Draws lines over epochs, with a logarithmic axis of values. */
export function drawChart(canvas: HTMLCanvasElement, lines: readonly Line[], { name, tick }: ChartOptions): void {
  const { clientWidth: width, clientHeight: height } = canvas;
  if (width === 0) return;
  const scale = devicePixelRatio;
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
  const context = canvas.getContext("2d");
  if (!context) return;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  const style = getComputedStyle(canvas);
  const domain = domainOf(lines);
  const label = domain ? `${name}: ${lines.map((line) => lastText(line, tick)).join("; ")}` : `${name}: no values yet`;
  if (canvas.getAttribute("aria-label") !== label) canvas.setAttribute("aria-label", label);
  context.font = `12px ${style.fontFamily}`;
  context.fillStyle = style.getPropertyValue("--soft");
  if (!domain) {
    context.fillText("No values yet.", margin.left, height / 2);
    return;
  }
  const { epochs, low, high } = domain;
  const span = Math.log(high / low);
  const x = (epoch: number) => margin.left + (epoch / epochs) * (width - margin.left - margin.right);
  const y = (value: number) =>
    height - margin.bottom - (Math.log(Math.max(value, low) / low) / span) * (height - margin.top - margin.bottom);

  context.lineWidth = 1;
  context.strokeStyle = style.getPropertyValue("--line");
  context.textBaseline = "middle";
  context.textAlign = "right";
  let last = Number.POSITIVE_INFINITY;
  for (const value of ticksBetween(low, high)) {
    const at = y(value);
    if (last - at < gap.y) continue;
    last = at;
    context.beginPath();
    context.moveTo(margin.left, at);
    context.lineTo(width - margin.right, at);
    context.stroke();
    context.fillText(tick(value), margin.left - 6, at);
  }
  context.textAlign = "center";
  const step = stepOf(epochs, Math.max(1, Math.floor((width - margin.left - margin.right) / gap.x)));
  for (let epoch = 0; epoch <= epochs; epoch += step)
    context.fillText(short(epoch), x(epoch), height - margin.bottom / 2 + 2);
  context.lineJoin = "round";
  context.lineWidth = 1.75;
  for (const line of lines) {
    context.strokeStyle = style.getPropertyValue(line.color);
    context.fillStyle = context.strokeStyle;
    drawLine(context, line.points, x, y);
  }
}

/** Draws a line; of several points on one pixel the least and the greatest. */
function drawLine(
  context: CanvasRenderingContext2D,
  points: readonly Point[],
  x: (epoch: number) => number,
  y: (value: number) => number,
): void {
  context.beginPath();
  let [pixel, low, high] = [Number.NaN, 0, 0];
  const flush = () => {
    context.lineTo(pixel, low);
    if (high !== low) context.lineTo(pixel, high);
  };
  for (const [epoch, value] of points) {
    const [at, level] = [Math.round(x(epoch)), y(value)];
    if (at === pixel) {
      low = Math.max(low, level);
      high = Math.min(high, level);
      continue;
    }
    if (!Number.isNaN(pixel)) flush();
    [pixel, low, high] = [at, level, level];
  }
  if (!Number.isNaN(pixel)) flush();
  context.stroke();
  if (points.length > 40) return;
  for (const [epoch, value] of points) {
    context.beginPath();
    context.arc(x(epoch), y(value), 2.5, 0, 2 * Math.PI);
    context.fill();
  }
}

function domainOf(lines: readonly Line[]): { epochs: number; low: number; high: number } | undefined {
  let [epochs, low, high] = [0, Number.POSITIVE_INFINITY, 0];
  for (const { points } of lines)
    for (const [epoch, value] of points) {
      epochs = Math.max(epochs, epoch);
      if (value > 0) low = Math.min(low, value);
      high = Math.max(high, value);
    }
  if (!(high > 0)) return undefined;
  return { epochs: Math.max(epochs, 1), low: Math.min(low, high) / 1.15, high: high * 1.15 };
}

/** Round numbers on a logarithmic axis, in ascending order. */
function ticksBetween(low: number, high: number): number[] {
  const ticks: number[] = [];
  const steps = high / low > 30 ? [1, 2, 5] : [1, 1.5, 2, 3, 4, 5, 6, 8];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++)
    for (const step of steps) {
      const value = step * 10 ** power;
      if (value >= low && value <= high) ticks.push(value);
    }
  return ticks;
}

/** Distance of ticks of a linear axis: 1, 2 or 5 of some unit. */
function stepOf(length: number, most: number): number {
  const unit = 10 ** Math.floor(Math.log10(length / most));
  return unit * ([1, 2, 5].find((part) => length / (unit * part) <= most) ?? 10);
}

function lastText({ name, points }: Line, tick: (value: number) => string): string {
  const last = points.at(-1);
  return last ? `${name} ${tick(last[1])} at epoch ${short(last[0])}` : `${name} no values yet`;
}
