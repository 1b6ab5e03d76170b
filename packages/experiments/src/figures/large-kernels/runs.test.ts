import { rankOf } from "@weightcast/dictionary";
import { predictedLayers } from "@weightcast/runs/spec";
import { expect, test } from "vitest";
import { largeKernels, learnedNumbers, narrower, narrowerWidth } from "./runs";

/** Numbers that a ConvMixer with eight layers learns, by hand. @param places learned of each 7×7 kernel */
const byHand = (width: number, places: number) =>
  12 * width + 8 * (places * width + width ** 2) + 17 * 3 * width + 10 * width + 10;

test("the eight depthwise layers of ConvMixer, 12 or 6 of 49 weights each, and narrower networks", () => {
  const specs = largeKernels({ seeds: [1] });
  expect(specs.map(({ label }) => label)).toEqual([
    "nokernel",
    ...["SE", "DCT", "Gauss", "RandFixU", "SE", "DCT", "Gauss", "RandFixU"],
    ...["narrower 69.7%", "narrower 64.8%"],
  ]);
  for (const [i, rank] of [
    [1, 12],
    [5, 6],
  ] as const) {
    const layers = predictedLayers(specs[i]!);
    expect(layers.map(({ name }) => name)).toEqual(Array.from({ length: 8 }, (_, n) => `layer_${n + 1}_depthwise`));
    expect(layers.map(({ proportion }) => rankOf({ proportion }, 49, 49))).toEqual(Array(8).fill(rank));
  }
  expect(specs.at(-2)!.network).toMatchObject({ widths: [narrowerWidth(12 / 49)], layers: {} });
  expect(largeKernels({ seeds: [1, 2], methods: ["narrower"] }).map(({ seed }) => seed)).toEqual([1, 1, 2, 2]);
});

test("narrower networks learn as many numbers in all, and no more", () => {
  expect([learnedNumbers(), learnedNumbers(12 / 49)]).toEqual([byHand(64, 49), byHand(64, 12)]);
  expect([learnedNumbers(6 / 49), learnedNumbers(1, 10)]).toEqual([byHand(64, 6), byHand(10, 49)]);
  for (const places of [6, 12, 24]) {
    const share = byHand(narrowerWidth(places / 49), 49) / byHand(64, places);
    expect(share).toBeLessThanOrEqual(1);
    expect(share).toBeGreaterThan(0.95);
  }
  expect([narrowerWidth(1), narrower.label(1)]).toEqual([64, "narrower 100%"]);
});
