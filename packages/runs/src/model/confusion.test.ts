import { stream } from "@weightcast/random";
import { sweep } from "@weightcast/random/testing";
import { describe, expect, test } from "vitest";
import { confusionCounter, ranking } from "./confusion";

describe("confusionCounter", () => {
  test("worked by hand: the first of equal outputs is chosen, NaN chooses none and is wrong", () => {
    const counter = confusionCounter(3);
    counter.add(Float32Array.of(0, 1, 0, /**/ 2, 2, 0, /**/ 0, 0, Number.NaN, /**/ 0, 5, 5), [1, 1, 2, 2]);
    const { loss, ...counts } = counter.result();
    expect(counts).toEqual({
      count: 4,
      wrong: 3,
      error: 0.75,
      matrix: [
        [0, 0, 0],
        [1, 1, 0],
        [0, 1, 0],
      ],
      undecided: [0, 0, 1],
    });
    expect(loss).toBeNaN();
  });

  test("a large output does not overflow, nor a small one underflow", () => {
    const counter = confusionCounter(2);
    counter.add(Float32Array.of(1000, 0, /**/ -1000, -1001), [0, 0]);
    expect(counter.result().loss).toBeCloseTo(Math.log(1 + Math.exp(-1)) / 2, 12);
  });

  test("sums in parts are those of the whole, and the loss is −log softmax in float64", () => {
    for (let seed = 0; seed < sweep(20); seed++) {
      const random = stream(seed, "confusion");
      const classes = 2 + (random.uint32() % 6);
      const labels = Array.from({ length: 1 + (random.uint32() % 30) }, () => random.uint32() % classes);
      const logits = Float32Array.from({ length: labels.length * classes }, () => 3 * random.normal());
      const cut = random.uint32() % labels.length;
      const counter = confusionCounter(classes);
      counter.add(logits.subarray(0, cut * classes), labels.slice(0, cut));
      counter.add(logits.subarray(cut * classes), labels.slice(cut));
      const { loss, wrong, matrix } = counter.result();
      let [expected, mistakes] = [0, 0];
      for (const [i, label] of labels.entries()) {
        const row = [...logits.subarray(i * classes, (i + 1) * classes)];
        expected -= Math.log(Math.exp(row[label]!) / row.reduce((sum, value) => sum + Math.exp(value), 0));
        if (row.indexOf(Math.max(...row)) !== label) mistakes++;
      }
      expect(loss).toBeCloseTo(expected / labels.length, 10);
      expect(wrong).toBe(mistakes);
      expect(matrix.flat().reduce((sum, images) => sum + images)).toBe(labels.length);
    }
  });
});

test("ranking: softmax, the most probable first, equal ones in their order, at most as many as there are", () => {
  const [a, b, c] = [0, 1, 2].map((x) => Math.exp(x) / (1 + Math.E + Math.E ** 2));
  const ranked = ranking(Float32Array.of(2, 0, 1), 5);
  expect(ranked.map(({ label }) => label)).toEqual([0, 2, 1]);
  for (const [i, expected] of [c, b, a].entries()) expect(ranked[i]!.probability).toBeCloseTo(expected!, 12);
  expect(ranking(Float32Array.of(1, 1, 1), 2)).toEqual([
    { label: 0, probability: expect.closeTo(1 / 3, 12) },
    { label: 1, probability: expect.closeTo(1 / 3, 12) },
  ]);
});
