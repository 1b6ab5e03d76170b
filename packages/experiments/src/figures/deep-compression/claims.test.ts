import { expect, test } from "vitest";
import { type BytesResults, bytesCurvesFrom } from "../../testing/bytes";
import { deepCompressionClaims } from "./claims";

const claims = (results: BytesResults) => deepCompressionClaims(bytesCurvesFrom(results));

/** Results in which every claim holds. */
const good: BytesResults = [
  ["dense 300-100 int4", 100, 1.6, 1.7],
  ["dense 300-100 int3", 19, 2.2, 2.4],
  ["dense 300-100 int2", 10, 3, 3.1],
  ["narrower 60-40 int4", 20, 2.3, 2.3],
  ["narrower 30-20 int4", 11, 3.4, 3.4],
  ["DCT 25% 40% 300-100 int4", 26, 1.5, 1.6],
  ["DCT 15% 30% 300-100 int4", 19.9, 1.6, 1.7],
  ["DCT 10% 20% 300-100 int4", 10.9, 2, 2.1],
  ["SE 15% 30% 300-100 int4", 20, 1.9, 2],
  ["SE 10% 20% 300-100 int4", 11, 2.4, 2.4],
  ["wavelet 15% 30% 300-100 int4", 20, 1.9, 2],
  ["wavelet 10% 20% 300-100 int4", 11, 2.4, 2.4],
  ["random 15% 30% 300-100 int4", 20, 2.5, 2.6],
  ["random 10% 20% 300-100 int4", 11, 3.5, 3.6],
  ["dense 6-16-120-84 int4", 30, 0.8, 0.8],
  ["narrower 6-16-60-42 int4", 17, 0.9, 0.9],
  ["narrower 4-8-32 int3", 3, 1.2, 1.2],
  ["DCT 60% 40% 40% 6-16-120-84 int4", 18, 0.75, 0.75],
];

test("all claims are ours, and hold in runs that are as they say", () => {
  const all = claims(good);
  expect(all.map(({ by, verdict }) => `${by} ${verdict}`)).toEqual(all.map(() => "us holds"));
  const others = [
    "the dense network, quantized",
    "narrower dense networks, quantized",
    "SE",
    "wavelet",
    "random atoms",
  ];
  expect(all.map(({ claim }) => claim)).toEqual([
    "LeNet-300-100, DCT, in 20 kB or less has an error of 1.7% or less",
    "LeNet-300-100, DCT, in 11 kB or less has an error of 2.1% or less",
    ...["20 kB", "11 kB"].flatMap((size) =>
      others.map((other) => `LeNet-300-100, DCT, in ${size} or less has a lower error than ${other}, in no more`),
    ),
    "LeNet-300-100, DCT, in 27 kB or less has an error of 1.58% or less, Deep Compression's",
    "LeNet-5, dense, in 44 kB or less has an error of 0.8% or less",
    "LeNet-5, DCT, in 44 kB or less has an error of 0.8% or less",
    "LeNet-5, DCT, in 44 kB or less has a lower error than the dense network, quantized, in no more",
    "LeNet-5, DCT, in 44 kB or less has a lower error than narrower dense networks, quantized, in no more",
    "Small dense convolutional networks (LeNet-5, narrower) have a lower error than every fully connected network, in no more bytes",
  ]);
});

test("the control is the best dense file of no more bytes, and the file is the largest, not the one with the lowest error", () => {
  const all = claims([...good, ["dense 300-100 codebook16", 19.95, 1.5, 1.5], ["DCT 8% 15% 300-100 int3", 8, 1, 1]]);
  expect(all[2]).toEqual({
    claim: "LeNet-300-100, DCT, in 20 kB or less has a lower error than the dense network, quantized, in no more",
    by: "us",
    verdict: "does not hold",
    evidence:
      "DCT 15% 30% 300-100 int4 1.65 ± 0.07% (2 seeds) in 19.9 kB; dense 300-100 codebook16 1.50 ± 0.00% (2 seeds) in 19.9 kB: +0.15 points. The seeds' standard deviation is 0.05 points.",
  });
});

test("one fully connected file that no convolutional one of its bytes is below is enough", () => {
  const last = claims([...good, ["DCT 5% 10% 300-100 int3", 3.5, 1.15, 1.15]]).at(-1)!;
  expect(last.verdict).toBe("does not hold");
  expect(last.evidence).toBe(
    "14 of 15 files. The closest: narrower 4-8-32 int3 1.20 ± 0.00% (2 seeds) in 3.0 kB; DCT 5% 10% 300-100 int3 1.15 ± 0.00% (2 seeds) in 3.5 kB: +0.05 points. The seeds' standard deviation is 0.00 points.",
  );
});

test("a seed whose file is too large is too large; a single run that is above decides nothing", () => {
  const [goal] = claims([["DCT 15% 30% 300-100 int4", 20.1, 1.6, 1.6]]);
  expect(goal).toMatchObject({
    verdict: "not measured",
    evidence:
      "No file of LeNet-300-100, DCT is so small: DCT 15% 30% 300-100 int4 1.60 ± 0.00% (2 seeds) in 20.1 kB is the smallest.",
  });
  const [undecided] = claims([["DCT 15% 30% 300-100 int4", 19, 1.8]]);
  expect(undecided!.verdict).toBe("undecided");
});
