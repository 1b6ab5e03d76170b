import { type KernelName, kernel } from "@weightcast/dictionary-kernel";
import { escapeHtml, filterImages, roundShare } from "@weightcast/report";
import type { ErrorCurve, Fig1Result } from "../error-curves";
import { keepingOrder, keptOf } from "../errors";
import type { Filters } from "../filters";
import { predictFilters } from "../prediction";
import { nameOfCurve } from "./names";

/** Number of filters shown of a network. */
const shown = 10;

/**
 * Picture of Figure 1: rows of filters as trained, the pixels kept of each, and the filters predicted from them, by the first
 * kernel at the length scale of the options and by the best kernel at its best length scale. The pixels are those of the first
 * random subset; the filters are spread evenly over the layer. HTML.
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
      const what = `${label.split(" ")[0]} filter ${unit + 1}${about}`;
      return `<img src="${image}" alt="${what}" title="${what}">`;
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
${row(`kept <small>${roundShare(share)}: ${alpha.length} of ${pixels} pixels</small>`, (unit, scale) => ({ image: paintKept(filters, alpha, unit, scale), about: "" }))}
${predicted.join("\n")}
</div>`;
}

/** Predictors that are pictured: the first kernel on the grid, and the best one if it predicts better. */
function pictured({ given, best, share }: Fig1Result["errors"]): readonly ErrorCurve[] {
  const errorAt = ({ points }: ErrorCurve) => points.find((point) => point.share === share)!.error.mean;
  const onGrid = given.filter(({ lengthScale }) => lengthScale !== undefined);
  const [first] = onGrid;
  if (!first) return [];
  const winner = [...onGrid, ...best].reduce((a, b) => (errorAt(b) < errorAt(a) ? b : a));
  return winner === first ? [first] : [first, winner];
}

/** Values of a filter, pixel by pixel, channels last. */
const valuesOf = ({ count }: Filters, data: Float32Array, unit: number): number[] =>
  Array.from({ length: data.length / count }, (_, i) => data[i * count + unit]!);

const gridOf = ({ domain, channels }: Filters) => (channels === 1 ? domain : [...domain, channels]);

/** Value as a whole level in [−127, 127], 127 being the filter's largest magnitude; larger predictions are cut. */
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
