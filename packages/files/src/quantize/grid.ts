import { sizeOf } from "@weightcast/types";
import { type CodebookType, codebookSize, type IntegerType, isInteger, levelsOf, type WeightType } from "../types";
import { fromBfloat, roundEven, toBfloat } from "./halves";

/** Values that a file can hold for a weight, by its type. */
export type Grid =
  | { readonly type: "float32" | "float16" | "bfloat16" }
  | {
      readonly type: IntegerType;
      /** Scales, each a bfloat16: value = integer · scale. */
      readonly scale: Float32Array;
      /** Shape of the scales, which broadcasts to the weight's: 1 along the axes that share a scale. */
      readonly scaleShape: readonly number[];
    }
  | {
      readonly type: CodebookType;
      /** Values, ascending: value = codebook[index]. */
      readonly codebook: Float32Array;
    };

/** Values that share a scale: those of a `column`, the incoming weights of one output, or all of the `tensor`. */
export type ScaledBy = "column" | "tensor";

/**
 * Grid of a type that fits values best, by their squared error.
 * @param shape of the weight
 * @param role name of the weight in its layer, such as `kernel`, which says where its columns lie
 */
export function gridFor(
  values: Float32Array,
  { shape, role, type, scaledBy }: { shape: readonly number[]; role: string; type: WeightType; scaledBy: ScaledBy },
): Grid {
  const entries = codebookSize(type);
  if (entries !== undefined) return { type: type as CodebookType, codebook: codebookOf(values, entries) };
  if (!isInteger(type)) return { type: type as "float32" };
  const scaleShape = scaledBy === "tensor" ? shape.map(() => 1) : columnShape(shape, role);
  const places = scalePlaces(shape, scaleShape);
  const groups = Array.from({ length: sizeOf(scaleShape) }, (): number[] => []);
  for (const [i, value] of values.entries()) groups[places(i)]!.push(value);
  const scale = Float32Array.from(groups, (group) => scaleOf(group, levelsOf(type)));
  return { type, scale, scaleShape };
}

/** Shape of one scale for each column of a weight. */
function columnShape(shape: readonly number[], role: string): readonly number[] {
  if (shape.length < 2) return shape.map(() => 1);
  // V [J, n_α·C', n_h / J]; [height, width, channels, multiplier]; the rest have their outputs along the last axis.
  const shared =
    role === "coefficients"
      ? (axis: number) => axis === 1
      : role === "depthwise_kernel"
        ? (axis: number) => axis < 2
        : (axis: number) => axis < shape.length - 1;
  return shape.map((length, axis) => (shared(axis) ? 1 : length));
}

/** Place of an entry's scale, as a function of the entry's place. */
export function scalePlaces(shape: readonly number[], scaleShape: readonly number[]): (place: number) => number {
  let [step, scaleStep] = [1, 1];
  const axes: [step: number, length: number, scaleStep: number][] = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (scaleShape[axis] !== 1) axes.push([step, shape[axis]!, scaleStep]);
    step *= shape[axis]!;
    scaleStep *= scaleShape[axis]!;
  }
  return (place) => {
    let at = 0;
    for (const [step, length, scaleStep] of axes) at += (Math.floor(place / step) % length) * scaleStep;
    return at;
  };
}

/** Shares of the largest value that the largest integer may stand for; larger values are clipped. */
const clips = Array.from({ length: 29 }, (_, i) => 1 - i / 40);

/** Scale with the least squared error. 1 if all values are zero. */
function scaleOf(values: readonly number[], levels: number): number {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0) return 1;
  let best = { error: Number.POSITIVE_INFINITY, scale: 1 };
  for (const clip of clips) {
    const scale = fromBfloat(toBfloat((clip * largest) / levels));
    if (scale === 0) continue;
    let error = 0;
    for (const value of values) error += (value - scale * integerAt(value / scale, levels)) ** 2;
    if (error < best.error) best = { error, scale };
  }
  return best.scale;
}

/** Integer within ± levels that is nearest to a number. */
export const integerAt = (value: number, levels: number): number =>
  Math.max(-levels, Math.min(levels, roundEven(value)));

/** Rounds of Lloyd's algorithm at most. */
const rounds = 100;

/**
 * Codebook of k values by Lloyd's algorithm (k-means of numbers), from values evenly spaced between the least and the largest, as in
 * Deep Compression (Han, Mao & Dally 2016, §3.2).
 */
function codebookOf(values: Float32Array, size: number): Float32Array {
  const sorted = Float64Array.from(values).sort();
  const sums = new Float64Array(sorted.length + 1);
  sorted.forEach((value, i) => {
    sums[i + 1] = sums[i]! + value;
  });
  const [least = 0, most = 0] = [sorted[0], sorted.at(-1)];
  let codebook = Float64Array.from({ length: size }, (_, k) => least + ((most - least) * k) / (size - 1));
  for (let round = 0; round < rounds; round++) {
    let from = 0;
    const next = codebook.map((entry, k) => {
      const to = k + 1 < size ? countBelow(sorted, (entry + codebook[k + 1]!) / 2, from) : sorted.length;
      const mean = to > from ? (sums[to]! - sums[from]!) / (to - from) : entry;
      from = to;
      return mean;
    });
    const moved = next.some((entry, k) => entry !== codebook[k]);
    codebook = next;
    if (!moved) break;
  }
  return Float32Array.from(codebook);
}

/** Number of entries of a sorted list up to a value, of which the first `from` are known to be. */
function countBelow(sorted: Float64Array, value: number, from: number): number {
  let [low, high] = [from, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
