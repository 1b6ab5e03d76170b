import { type KernelName, kernel } from "@weightcast/dictionary-kernel";
import type { Filters } from "../fig1-filters";
import { type ErrorCurve, type Fig1Result, keepingOrder, keptOf } from "../fig1-measure";
import { predictFilters } from "../fig1-prediction";
import { nameOfCurve, percent } from "./fig1-names";
import { filterImages } from "./filter-images";
import { escapeHtml } from "./format";

/** Filters shown of a network. */
const shown = 10;

/**
 * The picture of Figure 1: filters as trained, what is kept of each, and what is predicted from it, by the first kernel at
 * the length scale given and by the best kernel at its best. The first random subset, filters spread evenly. HTML.
 */
export function filterRows({ filters, errors }: Fig1Result): string {
  const { share, seed, ridge, pixels } = errors;
  const alpha = [...keepingOrder(seed, 0, pixels).subarray(0, keptOf(share, pixels))].sort((a, b) => a - b);
  const units = Array.from({ length: Math.min(shown, filters.count) }, (_, i) =>
    Math.floor((i * filters.count) / Math.min(shown, filters.count)),
  );
  const scales = units.map((unit) => Math.max(...valuesOf(filters, filters.data, unit).map(Math.abs)));
  const row = (label: string, paint: (unit: number, scale: number) => { image: string; about: string }) => {
    const images = units.map((unit, i) => {
      const { image, about } = paint(unit, scales[i]!);
      return `<img src="${image}" alt="filter ${unit + 1}" title="filter ${unit + 1}${about}">`;
    });
    return `<div class="label">${label}</div>${images.join("")}`;
  };
  const predicted = pictured(errors).map(({ predictor, lengthScale = 1, ...rest }) => {
    const dictionary = kernel(filters.domain, { kernel: predictor as KernelName, lengthScale, ridge });
    const values = predictFilters(filters, dictionary, alpha);
    return row(
      `predicted <small>${escapeHtml(nameOfCurve({ predictor, lengthScale, ...rest }))}</small>`,
      (unit, scale) => ({
        image: paintAll(filters, values, unit, scale),
        about: `, error ${errorOf(filters, values, unit).toFixed(2)}`,
      }),
    );
  });
  return `<div class="filter-rows${filters.channels === 3 ? " color" : ""}" style="grid-template-columns: 11rem repeat(${units.length}, minmax(0, 1fr))">
${row("trained", (unit, scale) => ({ image: paintAll(filters, filters.data, unit, scale), about: "" }))}
${row(`kept <small>${percent(share)}: ${alpha.length} of ${pixels} pixels</small>`, (unit, scale) => ({ image: paintKept(filters, alpha, unit, scale), about: "" }))}
${predicted.join("\n")}
</div>`;
}

/** The first kernel on the grid as given, and where another predicts better the best one. */
function pictured({ given, best, share }: Fig1Result["errors"]): readonly ErrorCurve[] {
  const errorAt = ({ points }: ErrorCurve) => points.find((point) => point.share === share)!.error.mean;
  const onGrid = given.filter(({ lengthScale }) => lengthScale !== undefined);
  const [first] = onGrid;
  if (!first) return [];
  const winner = [...onGrid, ...best].reduce((a, b) => (errorAt(b) < errorAt(a) ? b : a));
  return winner === first ? [first] : [first, winner];
}

/** A filter, pixel by pixel, channels last. */
const valuesOf = ({ count }: Filters, data: Float32Array, unit: number): number[] =>
  Array.from({ length: data.length / count }, (_, i) => data[i * count + unit]!);

const gridOf = ({ domain, channels }: Filters) => (channels === 1 ? domain : [...domain, channels]);

/** As whole levels: 127 is the filter's largest magnitude, and what lies beyond it is cut. */
const levelOf = (value: number, scale: number) =>
  Math.max(-127, Math.min(127, Math.round((127 * value) / (scale || 1))));

const paintAll = (filters: Filters, data: Float32Array, unit: number, scale: number): string =>
  filterImages({ predicted: valuesOf(filters, data, unit).map((value) => levelOf(value, scale)) }, gridOf(filters))
    .predicted;

function paintKept(filters: Filters, alpha: readonly number[], unit: number, scale: number): string {
  const { channels, data } = filters;
  const values = valuesOf(filters, data, unit);
  const learned = alpha.flatMap((pixel) =>
    Array.from({ length: channels }, (_, c) => {
      const index = pixel * channels + c;
      return { index, level: levelOf(values[index]!, scale) };
    }),
  );
  return filterImages({ learned, predicted: [] }, gridOf(filters)).learned!;
}

/** ‖w − ŵ‖²/‖w‖² of one filter. */
function errorOf(filters: Filters, predicted: Float32Array, unit: number): number {
  const [there, here] = [valuesOf(filters, filters.data, unit), valuesOf(filters, predicted, unit)];
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value ** 2, 0);
  return sum(there.map((value, i) => value - here[i]!)) / sum(there);
}
