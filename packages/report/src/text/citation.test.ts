import type { RunRecord } from "@weightcast/runs";
import { networkRecordOf, type RecordOptions } from "@weightcast/runs/testing";
import { expect, test } from "vitest";
import { citation } from "./citation";

let count = 0;
const run = (method: string, percent: number, options: RecordOptions = {}): RunRecord => ({
  ...networkRecordOf(method, percent / 100, options),
  id: `${++count}`,
});
const text = (records: readonly RunRecord[]) => citation(records).replace(/^.*on the same images /, "");
/** The same run with a part of its specification changed. */
const other = (record: RunRecord, more: Partial<RunRecord["spec"]>): RunRecord => ({
  ...record,
  spec: { ...record.spec, ...more },
});

const alike = [run("SE", 38, { seed: 1, epochs: 12 }), run("SE", 39, { seed: 2, epochs: 12 })];
const cited = "(photographs, 12 epochs): SE at 25.0% 38.50 ± 0.71% (2 seeds).</p>";

test("runs of other lengths, other data of the same name, or other engines are not put into one mean", () => {
  const [first] = alike as [RunRecord];
  const { data, training } = first.spec;
  for (const others of [
    [run("SE", 70, { seed: 1, epochs: 1 }), run("SE", 60, { seed: 1, epochs: 2 })],
    [other(first, { data: { ...data, test: 100 } })],
    [other(first, { training: { ...training, rate: 1 } })],
    [{ ...first, engine: { ...first.engine, version: "another" } }],
    [{ ...first, execution: { execution: "compiled", runtime: "another 1.0", prepared: false } as const }],
    [other(first, { network: { model: "lenet5", layers: first.spec.network.layers } })],
  ]) {
    expect(text([...alike, ...others])).toBe(cited);
    expect(text([...others, ...alike])).toBe(cited);
  }
  // The path of a folder does not matter, only its images.
  expect(text([alike[0]!, other(alike[1]!, { data: { ...data, folder: "elsewhere" } })])).toBe(cited);
});

test("a seed counts once, and layers filled differently under the same label are not mixed in", () => {
  const [first] = alike as [RunRecord];
  const { conv_1 } = first.spec.network.layers;
  if (conv_1?.weights !== "factorized") throw new Error("conv_1 is not factorized");
  const filled = other(first, { network: { model: "convnet", layers: { conv_1: { ...conv_1, columns: 2 } } } });
  expect(text([filled, ...alike, { ...first, id: "again" }])).toBe(cited);
});

test("of equally large groups the later one; empty without runs", () => {
  const [early, late] = [run("SE", 70, { epochs: 1 }), run("SE", 38, { epochs: 12 })];
  expect(text([early, late])).toBe("(photographs, 12 epochs): SE at 25.0% 38.00% (1 seed).</p>");
  expect(citation([])).toBe("");
});
