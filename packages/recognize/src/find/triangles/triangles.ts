import {
  divide,
  maximum,
  minimum,
  multiply,
  number,
  numbers,
  range,
  reshape,
  subtract,
  type Value,
} from "../../expression/value";
import type { Draft, Finder } from "../finding";
import { axesOf, rowsAlong } from "../rows";
import { type Triangle, triangleOf } from "./triangle";

/** Rows that must have more samples than a triangle has parameters, at least. */
const plain = 3;

/** Triangles along an axis, one for each row: the filters of a mel filter bank. */
export const findTriangles: Finder = ({ tensor: { shape, type }, values, tolerance }) => {
  if (!type.includes("float") || shape.length < 2) return undefined;
  const zeros = values.reduce((sum, value) => sum + Number(value === 0), 0);
  // Most of a bank of filters is zeros.
  if (zeros < 0.5 * values.length || values.some((value) => !(value >= 0))) return undefined;
  for (const axis of axesOf(shape)) {
    const { rows, count, shaped } = rowsAlong(shape, axis, values);
    const found: Triangle[] = [];
    for (const row of rows) {
      const triangle = triangleOf(row, tolerance);
      if (!triangle) break;
      found.push(triangle);
    }
    if (found.length < rows.length || found.filter(({ left, right }) => right - left > 6).length < plain) continue;
    return { ...described(found, count), formula: () => shaped(formulaOf(found, count)) };
  }
  return undefined;
};

function described(triangles: readonly Triangle[], count: number): Omit<Draft, "formula"> {
  const scale = scaleOf(triangles, count);
  return {
    kind: "triangles",
    title: `${triangles.length} triangular filters over ${count} frequencies${scale === undefined ? "" : `, ${scale} mel scale`}`,
    recipe: {
      ...(scale !== undefined && { scale }),
      ...{ left: triangles.map(({ left }) => left), center: triangles.map(({ center }) => center) },
      ...{ right: triangles.map(({ right }) => right), height: triangles.map(({ height }) => height) },
    },
  };
}

/** Frequency scales: a filter's number, from a frequency as a share of the highest, at a sampling rate of 2 · `highest`. */
const scales: Readonly<Record<string, (hertz: number) => number>> = {
  HTK: (hertz) => Math.log1p(hertz / 700),
  Slaney: (hertz) => (hertz < 1000 ? (hertz * 3) / 200 : 15 + (27 * Math.log(hertz / 1000)) / Math.log(6.4)),
};

/** Scale on which the centers of wide filters are evenly spaced, at a usual sampling rate. */
function scaleOf(triangles: readonly Triangle[], count: number): string | undefined {
  const wide = triangles.map((one, i) => ({ ...one, i })).filter(({ left, right }) => right - left > 6);
  for (const [name, scale] of Object.entries(scales))
    for (const rate of [8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000]) {
      const places = wide.map(({ center }) => scale((center * rate) / 2 / (count - 1)));
      const step = (places.at(-1)! - places[0]!) / (wide.at(-1)!.i - wide[0]!.i);
      if (
        places.every(
          (place, k) => Math.abs(place - places[0]! - step * (wide[k]!.i - wide[0]!.i)) < 1e-3 * Math.abs(step),
        )
      )
        return name;
    }
  return undefined;
}

/** max(0, min(k − left, …)) with places from a sample nearby, so that float32 holds them well. */
function formulaOf(triangles: readonly Triangle[], count: number): Value {
  const base = triangles.map(({ left }) => Math.max(0, Math.floor(left)));
  const column = (of: (one: Triangle, from: number) => number) =>
    numbers(
      triangles.map((one, i) => Math.fround(of(one, base[i]!))),
      [triangles.length, 1],
    );
  const k = subtract(reshape(range(count), [1, count]), numbers(base, [triangles.length, 1]));
  const up = divide(
    subtract(
      k,
      column(({ left }, from) => left - from),
    ),
    column(({ left, center }) => center - left),
  );
  const down = divide(
    subtract(
      column(({ right }, from) => right - from),
      k,
    ),
    column(({ right, center }) => right - center),
  );
  return multiply(
    maximum(minimum(up, down), number(0)),
    column(({ height }) => height),
  );
}
