import { describe, expect, test } from "vitest";
import { recordOf } from "../testing/records";
import { aggregate, askedOf, spreadOf } from "./aggregate";

describe("aggregate", () => {
  test("groups runs that differ only in the seed, in the order they appear", () => {
    const groups = aggregate([
      recordOf("nokernel", 0.018, { seed: 1 }),
      recordOf("SE-Emp", 0.02, { seed: 1, proportion: 0.1 }),
      recordOf("SE-Emp", 0.03, { seed: 1, proportion: 0.05 }),
      recordOf("SE-Emp", 0.023, { seed: 2, proportion: 0.1 }),
      recordOf("LowRank", 0.04, { seed: 7, proportion: 0.1 }),
      recordOf("SE-Emp", 0.026, { seed: 3, proportion: 0.1 }),
    ]);
    expect(groups.map(({ method, asked, seeds }) => [method, asked, seeds])).toEqual([
      ["nokernel", undefined, [1]],
      ["SE-Emp", 0.1, [1, 2, 3]],
      ["SE-Emp", 0.05, [1]],
      ["LowRank", 0.1, [7]],
    ]);
    expect(groups[1]!.score.mean).toBeCloseTo(0.023, 12);
    expect(groups[1]!.score.sd).toBeCloseTo(0.003, 12);
  });

  test("says how many images were kept out for validation, if any were", () => {
    const record = recordOf("SE-Emp", 0.02);
    const data = { ...record.spec.data, validation: 200 };
    const [validated] = aggregate([{ ...record, spec: { ...record.spec, data } }]);
    expect(validated!.validation).toBe(200);
    expect(aggregate([record])[0]).not.toHaveProperty("validation");
  });

  test("its other numbers are means, too; a single run has no deviation", () => {
    const [first, second] = [recordOf("SE-Emp", 0.02), recordOf("SE-Emp", 0.02, { seed: 2 })];
    const slower = { ...second, result: { ...second.result, seconds: 20.34, bytes: 154_002 } };
    const [group] = aggregate([first, slower]);
    expect(group).toMatchObject({ dynamic: 32_000, static: 430_760, stored: 0, bytes: 154_001 });
    expect(group!.seconds).toBeCloseTo(16.34, 12);
    expect(group!.proportion).toBeCloseTo(32_000 / 642_000, 12);
    expect(aggregate([first])[0]!.score).toEqual({ mean: 0.02 });
  });

  test("a run that appears twice counts once", () => {
    const [first, second] = [recordOf("SE-Emp", 0.02), recordOf("SE-Emp", 0.03, { seed: 2 })];
    expect(aggregate([first, first])).toEqual(aggregate([first]));
    expect(aggregate([first, first, second])[0]).toMatchObject({ seeds: [1, 2], score: { mean: 0.025 } });
  });

  test("no runs give no groups", () => expect(aggregate([])).toEqual([]));
});

describe("askedOf", () => {
  test("is the share asked for in the first predicted layer; undefined for a dense network", () => {
    const record = recordOf("SE-Emp", 0.02, { proportion: 0.3 });
    const { network } = record.spec;
    const { hidden_1: first, hidden_2: second } = network.layers;
    const half = { ...record, spec: { ...record.spec, network: { ...network, layers: { hidden_2: second! } } } };
    expect([askedOf(record), askedOf(half), askedOf(recordOf("nokernel", 0.02))]).toEqual([0.3, 0.3, undefined]);
    expect(first!.weights).toBe("factorized");
  });
});

describe("spreadOf", () => {
  test("divides by n − 1", () => {
    expect(spreadOf([1, 2, 3, 4])).toEqual({ mean: 2.5, sd: Math.sqrt(5 / 3) });
    expect(spreadOf([5, 5])).toEqual({ mean: 5, sd: 0 });
  });
});
