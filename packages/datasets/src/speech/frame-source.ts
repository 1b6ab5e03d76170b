import { type Matrix, sizeOf } from "@weightcast/types";
import type { BatchOptions } from "../batches/batches";
import { examplesOf, fixedSource, type Source } from "../batches/example-source";
import type { Gather } from "../batches/pixels";
import { checkInteger } from "../dataset";
import type { Scaling } from "../tables/rows";
import { type Frames, subsetFrames, utteranceOf } from "./frames";

/** Options of {@link frameSource}: those of `batches` without pixels, and how a window is formed. */
export interface FrameSourceOptions extends Omit<BatchOptions, "scale" | "offset"> {
  /** Frames in a window, an odd number. @default 11 */
  readonly context?: number;
  /** Scale and offset of each band: feature · scale + offset. @default 1 and 0 */
  readonly scaling?: Scaling;
  /** Shape of one example as the network takes it, with as many values: [440]. @default [context, bands] */
  readonly shape?: readonly number[];
}

/**
 * Source of windows of frames, in batches: example i is [context, bands], row-major: the frame `centers[i]` in the middle and its neighbors in time
 * around it. Beyond the first or last frame of its utterance a window repeats that frame, so no other utterance gets into it. Windows are
 * formed batch by batch. Order and buffers are those of `batches`.
 * @param classes number of classes: labels lie in [0, classes)
 * @throws RangeError if an option is out of range
 */
export function frameSource(frames: Frames, classes: number, options: FrameSourceOptions = {}): Source {
  const { context = 11, shape = [context, frames.bands] } = options;
  const fill = windows("frameSource", frames, options);
  if (sizeOf(shape) !== context * frames.bands)
    throw new RangeError(
      `frameSource: shape must have ${context * frames.bands} values, ${context} frames of ${frames.bands} bands; got ${JSON.stringify(shape)}`,
    );
  return fixedSource(examplesOf("frameSource", frames, classes, options), shape, fill);
}

/** Options of {@link frameSamples}. */
export interface FrameSamplesOptions extends Pick<FrameSourceOptions, "context" | "scaling"> {
  /** Number of windows to take, a uniform subset. @default all */
  readonly limit?: number;
  /** Seed of the subset, any safe integer. @default 0 */
  readonly seed?: number;
}

/** Windows in a matrix. */
const rowsEach = 1000;

/**
 * Windows of frames without their labels, in matrices [windows, context · bands] of up to 1000: what dictionaries that are fitted to data
 * take. Every matrix belongs to the caller.
 * @throws RangeError if an option is out of range
 */
export function* frameSamples(frames: Frames, options: FrameSamplesOptions = {}): Iterable<Matrix> {
  const { context = 11, limit = frames.count, seed = 0 } = options;
  const chosen = subsetFrames(frames, limit, seed);
  const fill = windows("frameSamples", chosen, options);
  const cols = context * frames.bands;
  for (let start = 0; start < limit; start += rowsEach) {
    const rows = Math.min(rowsEach, limit - start);
    const data = new Float32Array(rows * cols);
    fill(data, undefined, start);
    yield { rows, cols, data };
  }
}

/** Function that writes windows; see {@link frameSource}. */
function windows(who: string, frames: Frames, { context = 11, scaling }: FrameSamplesOptions): Gather {
  checkInteger(`${who}: context`, context, 1, 1001);
  if (context % 2 === 0) throw new RangeError(`${who}: context must be an odd number of frames; got ${context}`);
  const { features, bands, starts, centers } = frames;
  const one = Array.from({ length: bands }, () => 1);
  const { scale, offset } = scaling ?? { scale: one, offset: one.map(() => 0) };
  if (scale.length !== bands || offset.length !== bands)
    throw new RangeError(
      `${who}: scaling must have a scale and an offset for each of ${bands} bands; got ${scale.length} and ${offset.length}`,
    );
  const [scales, offsets] = [Float64Array.from(scale), Float64Array.from(offset)];
  return (out, order, start) => {
    for (let row = 0, at = 0; at < out.length; row++) {
      const center = centers[order ? order[start + row]! : start + row]!;
      const utterance = utteranceOf(frames, center);
      const [first, last] = [starts[utterance]!, starts[utterance + 1]! - 1];
      for (let t = center - (context - 1) / 2; t <= center + (context - 1) / 2; t++) {
        const from = Math.min(last, Math.max(first, t)) * bands;
        for (let band = 0; band < bands; band++) out[at++] = features[from + band]! * scales[band]! + offsets[band]!;
      }
    }
  };
}
