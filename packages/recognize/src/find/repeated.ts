import { sizeOf } from "@weightcast/types";
import { moved } from "../expression/evaluate";
import { indices, numbers, reshape, storedBytes, take, transpose, type Value } from "../expression/value";
import { digest, equalBytes } from "./copies";
import type { Draft, Finder } from "./finding";
import { axesOf } from "./rows";

/** Slices across an axis of which several are the same: those that differ, and the place of each. */
export const findRepeated: Finder = ({ tensor: { shape }, values }) => {
  if (shape.length < 2) return undefined;
  const flat = [sizeOf(shape.slice(0, -1)), shape.at(-1)!];
  const views = [...axesOf(shape).map((axis) => acrossAxis(shape, axis, values)), acrossAxis(flat, 0, values)];
  const drafts = views.flatMap((found) => {
    if (!found) return [];
    const draft: Draft = { ...found, formula: (precision) => reshape(found.formula(precision), shape) };
    return [{ draft, bytes: storedBytes(found.formula("float64")) }];
  });
  return drafts.sort((a, b) => a.bytes - b.bytes)[0]?.draft;
};

/** Share of slices that may differ: with more, the places of all take what the others save. */
const mostUnique = 0.9;

/** Whether slices can be the same, from two of their entries. */
function mayRepeat(shape: readonly number[], axis: number, values: Float64Array): boolean {
  const [count, inner] = [shape[axis]!, sizeOf(shape.slice(axis + 1))];
  const outer = values.length / count / inner;
  const places = [(k: number) => k * inner, (k: number) => ((outer >> 1) * count + k) * inner + (inner >> 1)];
  return places.every((place) => {
    const seen = new Set<number>();
    for (let k = 0; k < count; k++) seen.add(values[place(k)]!);
    return seen.size <= mostUnique * count;
  });
}

function acrossAxis(shape: readonly number[], axis: number, values: Float64Array): Draft | undefined {
  if (!mayRepeat(shape, axis, values)) return undefined;
  const order = [axis, ...shape.map((_, i) => i).filter((i) => i !== axis)];
  const all = axis === 0 ? values : moved(shape, order, values);
  const [count, size] = [shape[axis]!, values.length / shape[axis]!];
  const row = (k: number) => all.subarray(k * size, (k + 1) * size);
  const bytes = (k: number) => new Uint8Array(all.buffer, all.byteOffset + 8 * k * size, 8 * size);
  const unique: number[] = [];
  const known = new Map<number, number[]>();
  const places: number[] = [];
  for (let k = 0; k < count; k++) {
    const key = digest(bytes(k));
    const alike = known.get(key) ?? [];
    let place = alike.find((i) => equalBytes(bytes(unique[i]!), bytes(k)));
    if (place === undefined) {
      place = unique.push(k) - 1;
      known.set(key, [...alike, place]);
    }
    places.push(place);
  }
  if (unique.length > mostUnique * count) return undefined;
  const lengths = order.map((i) => shape[i]!);
  const kept = Float64Array.from(unique.flatMap((k) => [...row(k)]));
  return {
    kind: "repeated",
    title: `${unique.length} of ${count} slices along axis ${axis} differ`,
    recipe: { axis, unique: unique.length, places },
    formula: (): Value => {
      const rows = take(numbers(kept, [unique.length, size]), indices(places));
      return transpose(
        reshape(rows, lengths),
        shape.map((_, i) => order.indexOf(i)),
      );
    },
  };
}
