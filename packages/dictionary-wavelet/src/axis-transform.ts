import { type Boundary, level } from "./boundary";
import type { Filters } from "./filters";

/** The multilevel transform along one axis. */
export interface AxisTransform {
  /** Samples. */
  readonly length: number;
  /** Coefficients: [approximation, details of the coarsest level, …, details of the finest]. */
  readonly size: number;
  /** Of each coefficient: 0 for the approximation, 1 for the coarsest details, … up to the number of levels. */
  readonly depths: Uint8Array;
  /**
   * Transforms `lanes` signals at once by the filter bank, in O(lanes · length · taps).
   * @param signals [length, lanes], row-major, left as they are
   * @returns [size, lanes]
   */
  readonly decompose: (signals: Float64Array, lanes: number) => Float64Array;
}

/** The transform of `length` samples to `levels` levels: each splits the approximation of the one before. */
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
        smooth.set(rest.subarray((restLength - (next - lows)) * lanes), lows * lanes); // what passes through
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

/** target += weight · source, over `count` numbers from the given places. */
function addTo(target: Float64Array, to: number, weight: number, source: Float64Array, from: number, count: number) {
  for (let lane = 0; lane < count; lane++) target[to + lane]! += weight * source[from + lane]!;
}
