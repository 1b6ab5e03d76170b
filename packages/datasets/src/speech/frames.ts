import { stream } from "@weightcast/random";
import { checkInteger } from "../dataset";
import type { Scaling } from "../tables/rows";

/**
 * Frames of speech, kept once. An example is a frame with its neighbors, which is only formed when it is needed: windows of 11 frames
 * would take eleven times the memory.
 */
export interface Frames {
  /** [frames, bands], row-major: the features of all frames, utterance by utterance. */
  readonly features: Float32Array;
  readonly bands: number;
  /** [utterances + 1]: the frames of utterance u are starts[u] … starts[u + 1] − 1. */
  readonly starts: Uint32Array;
  /** [utterances]: who speaks. */
  readonly speakers: readonly string[];
  /** [count]: the frame in the middle of each example, ascending. */
  readonly centers: Uint32Array;
  /** [count]: class number of each example. */
  readonly labels: Uint8Array;
  /** Number of examples, at least 1; frames of no class are in the context of others only. */
  readonly count: number;
}

/** Utterance that a frame belongs to. */
export function utteranceOf({ starts }: Pick<Frames, "starts">, frame: number): number {
  let [low, high] = [0, starts.length - 2];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= frame) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * Scaling that gives each band mean 0 and deviation 1 (that of the population) over the examples' frames in the middle. Compute it
 * from the training frames and use it for all. A band that is constant becomes 0.
 * @returns `scale` and `offset` of each band: feature · scale + offset
 */
export function standardizeFrames({ features, bands, centers, count }: Frames): Scaling {
  const [mean, squares] = [new Float64Array(bands), new Float64Array(bands)];
  for (let i = 0; i < count; i++)
    for (let band = 0; band < bands; band++) {
      const value = features[centers[i]! * bands + band]!;
      const before = value - mean[band]!;
      mean[band]! += before / (i + 1);
      squares[band]! += before * (value - mean[band]!);
    }
  const deviations = Array.from(squares, (sum) => Math.sqrt(sum / count) || 1);
  return {
    scale: deviations.map((deviation) => 1 / deviation),
    offset: deviations.map((deviation, band) => -mean[band]! / deviation),
  };
}

/**
 * Subset of `count` examples, uniform without replacement, in their order; the frames around them stay. The stream is "subset".
 * @param seed any safe integer
 * @throws RangeError unless `count` is an integer in [1, frames.count]
 */
export function subsetFrames(frames: Frames, count: number, seed: number): Frames {
  checkInteger("subsetFrames: count", count, 1, frames.count);
  return picked(frames, stream(seed, "subset").permutation(frames.count).slice(0, count).sort());
}

/**
 * Division of frames in two by speakers, so that nobody is in both: speakers are held out one after the other, in the order of
 * `stream(seed, "held")`, until they have at least `count` examples.
 * @param seed any safe integer
 * @throws RangeError unless `count` is a positive integer that leaves a speaker
 */
export function splitSpeakers(
  frames: Frames,
  count: number,
  seed: number,
): { readonly rest: Frames; readonly held: Frames } {
  checkInteger("splitSpeakers: count", count, 1, frames.count - 1);
  const speakerOf = (i: number) => frames.speakers[utteranceOf(frames, frames.centers[i]!)]!;
  const examples = new Map<string, number[]>();
  for (let i = 0; i < frames.count; i++) {
    const speaker = speakerOf(i);
    const own = examples.get(speaker);
    if (own) own.push(i);
    else examples.set(speaker, [i]);
  }
  const all = [...examples.values()];
  const order = Array.from(stream(seed, "held").permutation(all.length), (place) => all[place]!);
  let [out, held] = [0, 0];
  while (held < count) held += order[out++]!.length;
  if (out === all.length)
    throw new RangeError(
      `splitSpeakers: count must leave at least one of the ${all.length} speakers; got ${count} of ${frames.count} examples`,
    );
  const part = (lists: readonly number[][]) => picked(frames, Uint32Array.from(lists.flat()).sort());
  return { rest: part(order.slice(out)), held: part(order.slice(0, out)) };
}

/** Some examples of frames. @param chosen their numbers, ascending */
function picked({ centers, labels, ...frames }: Frames, chosen: Uint32Array): Frames {
  return {
    ...frames,
    centers: chosen.map((i) => centers[i]!),
    labels: Uint8Array.from(chosen, (i) => labels[i]!),
    count: chosen.length,
  };
}
