import { stream } from "@weightcast/random";
import { sweep } from "@weightcast/random/testing";
import { expect, test } from "vitest";
import { frameSamples, frameSource } from "./frame-source";
import { type Frames, splitSpeakers, standardizeFrames, subsetFrames } from "./frames";

const { integer, normal } = stream(7, "frames");

/** Frames of utterances of 1 to 6 frames, some of no class. */
function random(utterances = 1 + integer(6)): Frames {
  const bands = 1 + integer(3);
  const lengths = Array.from({ length: utterances }, () => 1 + integer(6));
  const starts = Uint32Array.from({ length: utterances + 1 }, (_, u) => lengths.slice(0, u).reduce((a, b) => a + b, 0));
  const frames = starts.at(-1)!;
  const centers = Uint32Array.from({ length: frames }, (_, i) => i).filter((i) => i === 0 || integer(4) > 0);
  return {
    features: Float32Array.from({ length: frames * bands }, () => normal()),
    bands,
    starts,
    speakers: lengths.map((_, u) => `speaker ${u % 3}`),
    centers,
    labels: Uint8Array.from(centers, (center) => center % 5),
    count: centers.length,
  };
}

/** Window around a frame by its definition: its utterance as rows, and the nearest row for each time. */
function windowAt({ features, bands, starts }: Frames, center: number, context: number): number[] {
  const u = starts.findLastIndex((start) => start <= center);
  const rows = Array.from({ length: starts[u + 1]! - starts[u]! }, (_, t) => {
    const from = (starts[u]! + t) * bands;
    return [...features.subarray(from, from + bands)];
  });
  const half = (context - 1) / 2;
  return Array.from({ length: context }, (_, k) => center - starts[u]! + k - half).flatMap(
    (t) => rows[Math.min(rows.length - 1, Math.max(0, t))]!,
  );
}

test("windows are those of the definition, scaled by band; no window leaves its utterance", () => {
  for (let i = 0; i < sweep(40); i++) {
    const frames = random();
    const [context, seed, size] = [[1, 3, 11][integer(3)]!, integer(99), 1 + integer(9)];
    const scale = Array.from({ length: frames.bands }, () => 0.5 + integer(3));
    const scaling = { scale, offset: scale.map((s) => s - 1) };
    const scaled = (center: number) =>
      windowAt(frames, center, context).map((x, k) =>
        Math.fround(x * scale[k % frames.bands]! + scale[k % frames.bands]! - 1),
      );
    const source = frameSource(frames, 5, { context, scaling, seed, size });
    expect(source).toMatchObject({ count: frames.count, inputShape: [context, frames.bands], classes: 5 });
    const order = [...stream(seed, "shuffle/2").permutation(frames.count)].map((place) => frames.centers[place]!);
    const found = Array.from(source.batches(2), ({ inputs, labels }) => ({ inputs: [...inputs], labels: [...labels] }));
    expect(found.flatMap(({ inputs }) => inputs)).toEqual(order.flatMap(scaled));
    expect(found.flatMap(({ labels }) => labels)).toEqual(order.map((center) => center % 5));
    const rows = [...frameSamples(frames, { context, scaling })].flatMap(({ data }) => [...data]);
    expect(rows).toEqual([...frames.centers].flatMap(scaled));
  }
});

test("each band has mean 0 and deviation 1 over the examples; a constant one is 0", () => {
  const frames = random(5);
  const constant = frames.features.map((value, at) => (at % frames.bands === 0 ? 3 : 40 + 9 * value));
  const scaling = standardizeFrames({ ...frames, features: constant });
  const rows = [...frameSamples({ ...frames, features: constant }, { context: 1, scaling })][0]!;
  for (let band = 0; band < rows.cols; band++) {
    const values = rows.data.filter((_, at) => at % rows.cols === band);
    const mean = values.reduce((a, b) => a + b, 0) / rows.rows;
    expect(mean).toBeCloseTo(0, 5);
    const squares = values.reduce((sum, x) => sum + x ** 2, 0) / rows.rows;
    expect(squares).toBeCloseTo(band === 0 || frames.count === 1 ? 0 : 1, 4);
  }
});

test("a subset keeps the frames around its examples; speakers are held out whole", () => {
  for (let i = 0; i < sweep(30); i++) {
    const frames = random(3 + integer(6));
    const some = subsetFrames(frames, 2, i);
    expect(some.count).toBe(2);
    expect([...frameSamples(some)][0]!.data.length).toBe(2 * 11 * frames.bands);
    const speakersOf = (part: Frames) =>
      new Set(Array.from(part.centers, (c) => part.speakers[part.starts.findLastIndex((start) => start <= c)]!));
    if (speakersOf(frames).size < 2) continue;
    const { rest, held } = splitSpeakers(frames, 1, i);
    expect([...rest.centers, ...held.centers].sort((a, b) => a - b)).toEqual([...frames.centers]);
    expect(held.count).toBeGreaterThanOrEqual(1);
    expect([...speakersOf(rest)].filter((one) => speakersOf(held).has(one))).toEqual([]);
    for (const part of [rest, held]) expect([...part.labels]).toEqual(Array.from(part.centers, (center) => center % 5));
  }
});

test.each([
  [() => frameSource(random(), 5, { context: 4 }), "frameSource: context must be an odd number of frames; got 4"],
  [() => frameSource(random(), 0), "frameSource: classes must be an integer in [1, 256]; got 0"],
  [() => frameSource(random(), 5, { scaling: { scale: [], offset: [] } }), "frameSource: scaling must have a scale"],
  [() => frameSource(random(), 5, { shape: [7] }), "frameSource: shape must have"],
  [() => subsetFrames(random(), 0, 1), "subsetFrames: count must be an integer in [1,"],
  [() => splitSpeakers(random(1), 1e6, 1), "splitSpeakers: count must be an integer in [1,"],
  [
    () => splitSpeakers({ ...random(1), centers: Uint32Array.of(0, 0), labels: Uint8Array.of(1, 1), count: 2 }, 1, 1),
    "splitSpeakers: count must leave at least one of the 1 speakers; got 1 of 2 examples",
  ],
])("%#: what is out of range is refused", (act, message) => expect(act).toThrow(message));
