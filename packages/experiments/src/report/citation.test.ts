import { expect, test } from "vitest";
import type { RunRecord } from "../record";
import { networkRecordOf, type RecordOptions } from "../testing/records";
import { citation } from "./citation";

let count = 0;
const run = (method: string, percent: number, options: RecordOptions = {}): RunRecord => ({
  ...networkRecordOf(method, percent / 100, options),
  id: `${++count}`,
});
const text = (records: readonly RunRecord[]) => citation(records).replace(/^.*on the same images /, "");
/** A run of the same, but for something. */
const other = (record: RunRecord, more: Partial<RunRecord["spec"]>): RunRecord => ({
  ...record,
  spec: { ...record.spec, ...more },
});

const alike = [run("SE", 38, { seed: 1, epochs: 12 }), run("SE", 39, { seed: 2, epochs: 12 })];
const said = "(photographs, 12 epochs): SE at 25.0% 38.50 ± 0.71% (2 seeds).</p>";

test("runs of other lengths, other data of the name, or other engines are not put into one mean", () => {
  const [first] = alike as [RunRecord];
  const { data, training } = first.spec;
  for (const strangers of [
    [run("SE", 70, { seed: 1, epochs: 1 }), run("SE", 60, { seed: 1, epochs: 2 })],
    [other(first, { data: { ...data, test: 100 } })],
    [other(first, { training: { ...training, rate: 1 } })],
    [{ ...first, engine: { ...first.engine, version: "another" } }],
    [{ ...first, execution: { execution: "compiled", runtime: "another 1.0", prepared: false } as const }],
    [other(first, { network: { model: "lenet5", layers: first.spec.network!.layers } })],
  ]) {
    expect(text([...alike, ...strangers])).toBe(said);
    expect(text([...strangers, ...alike])).toBe(said);
  }
  // A path is nothing to the images in it.
  expect(text([alike[0]!, other(alike[1]!, { data: { ...data, folder: "elsewhere" } })])).toBe(said);
});

test("a seed counts once, and so do layers filled otherwise under the same label", () => {
  const [first] = alike as [RunRecord];
  const { conv_1 } = first.spec.network!.layers;
  const filled = other(first, { network: { model: "convnet", layers: { conv_1: { ...conv_1!, columns: 2 } } } });
  expect(text([filled, ...alike, { ...first, id: "again" }])).toBe(said);
});

test("of as many runs the later; nothing of none", () => {
  const [early, late] = [run("SE", 70, { epochs: 1 }), run("SE", 38, { epochs: 12 })];
  expect(text([early, late])).toBe("(photographs, 12 epochs): SE at 25.0% 38.00% (1 seed).</p>");
  expect(citation([])).toBe("");
});
