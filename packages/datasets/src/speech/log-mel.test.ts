import { expect, test } from "vitest";
import fixture from "../../fixtures/log-mel.json";
import { logMel } from "./log-mel";

const samples = Int16Array.from(fixture.samples);

test.each(fixture.cases)("$bands bands are NumPy's", ({ bands, features }) => {
  const found = logMel(bands)(samples);
  const expected = features.flat();
  expect(found).toHaveLength(expected.length);
  expect(expected.filter((value) => value === 0).length).toBe(bands); // the last frame is silent
  for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 5);
});

test("frames are whole windows, and each is that of its own samples", () => {
  const features = logMel();
  expect([0, 399, 400, 559, 560].map((count) => features(samples.subarray(0, count)).length / 40)).toEqual([
    0, 0, 1, 1, 2,
  ]);
  expect(features(samples.subarray(320, 720))).toEqual(features(samples).subarray(80, 120));
});

test.each([0, 81, 2.5])("%f bands are refused", (bands) =>
  expect(() => logMel(bands)).toThrow(`logMel: bands must be an integer in [1, 80]; got ${bands}`),
);
