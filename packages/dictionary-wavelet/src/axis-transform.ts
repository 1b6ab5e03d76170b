import type { FactorColumns } from "@weightcast/dictionary";
import type { Matrix } from "@weightcast/types";
import { type Boundary, level } from "./boundary";
import type { Filters } from "./filters";

/** Multilevel transform along one axis. */
export interface AxisTransform {
  /** Number of samples. */
  readonly length: number;
  /** Number of coefficients: [approximation, details of the coarsest level, …, details of the finest]. */
  readonly size: number;
  /** Depth of each coefficient: 0 for the approximation, 1 for the coarsest details, … up to the number of levels. */
  readonly depths: Uint8Array;
  /**
   * Transforms `lanes` signals at once by the filter bank, in O(lanes · length · taps).
   * @param signals [length, lanes], row-major, not changed
   * @returns [size, lanes]
   */
  readonly decompose: (signals: Float64Array, lanes: number) => Float64Array;
}

/** Transform of `length` samples in `levels` levels, each of which splits the approximation of the one before. */
export function axisTransform(length: number, filters: Filters, boundary: Boundary, levels: number): AxisTransform {
  const { low, high } = filters;
  const taps = low.length;
  const plan: ReturnType<typeof level>[] = [];
  for (let rest = length; plan.length < levels; rest = plan.at(-1)!.next) plan.push(level(boundary, rest, taps));

  const approximation = plan.at(-1)?.next ?? length;
  const size = plan.reduce((sum, { highs }) => sum + highs, approximation);
  const depths = new Uint8Array(size);
  let begin = approximation;
  plan.toReversed().forEach(({ highs }, i) => {
    depths.fill(i + 1, begin, begin + highs);
    begin += highs;
  });

  return {
    length,
    size,
    depths,
    decompose(signals, lanes) {
      const result = new Float64Array(size * lanes);
      let rest = signals;
      let restLength = length;
      let end = size;
      for (const { sources, lows, highs, next } of plan) {
        const smooth = new Float64Array(next * lanes);
        smooth.set(rest.subarray((restLength - (next - lows)) * lanes), lows * lanes); // the sample that passes through
        end -= highs;
        for (let k = 0; k < lows; k++)
          for (let i = 0; i < taps; i++) {
            const from = sources[k * taps + i]! * lanes;
            addTo(smooth, k * lanes, low[i]!, rest, from, lanes);
            if (k < highs) addTo(result, (end + k) * lanes, high[i]!, rest, from, lanes);
          }
        rest = smooth;
        restLength = next;
      }
      result.set(rest);
      return result;
    },
  };
}

/** Adds weight · source to target, for `count` numbers from the given places. */
function addTo(target: Float64Array, to: number, weight: number, source: Float64Array, from: number, count: number) {
  for (let lane = 0; lane < count; lane++) target[to + lane]! += weight * source[from + lane]!;
}

/** Largest axis whose atoms are computed, all at once: 67 million numbers. */
const longest = 2 ** 13;

/** Atoms of one axis by columns, in float64: the transform of the identity. */
export function columnsOf({ length, size, decompose }: AxisTransform): FactorColumns {
  if (length > longest)
    throw new RangeError(`wavelet: atoms are of axes of at most ${longest}; got ${length}; use analyze, or more axes`);
  const identity = new Float64Array(length * length);
  for (let i = 0; i < length; i++) identity[i * length + i] = 1;
  const atoms = decompose(identity, length); // [size, length]
  return { rows: length, cols: size, column: (k) => atoms.subarray(k * length, (k + 1) * length) };
}

/** Factor with these columns, [length, size], rounded to float32. */
export function toMatrix({ rows, cols, column }: FactorColumns): Matrix {
  const data = new Float32Array(rows * cols);
  for (let k = 0; k < cols; k++)
    column(k).forEach((value, i) => {
      data[i * cols + k] = value;
    });
  return { rows, cols, data };
}
