import { createHash } from "node:crypto";
import { sweep } from "@weightcast/random/testing";
import { describe, expect, test } from "vitest";
import { recordOf } from "../testing/records";
import { lineOf, recordIn } from "./record-line";

const record = recordOf("SE-Emp", 0.021);
const line = Buffer.from(lineOf(record).trimEnd());
const plain = Buffer.from(JSON.stringify(record));

describe("a line of the record", () => {
  test("ends in a checksum of what is before it, which sha256sum gives too", () => {
    const text = line.toString();
    const [, start, sum] = /^(.*),"sum":"([0-9a-f]{8})"\}$/.exec(text)!;
    expect(createHash("sha256").update(start!).digest("hex").slice(0, 8)).toBe(sum);
    expect(JSON.parse(text)).toEqual({ ...record, sum });
    expect(recordIn(line)).toEqual(record);
  });

  test("of an earlier version has no checksum and is valid", () => expect(recordIn(plain)).toEqual(record));

  test("each flipped bit is found", () => {
    const missed: number[] = [];
    for (let bit = 0; bit < 8 * line.length; bit++) {
      const changed = Buffer.from(line);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      try {
        recordIn(changed);
        missed.push(bit);
      } catch {
        // Found.
      }
    }
    expect(missed).toEqual([]);
  });

  test("cut anywhere, it is damaged", () => {
    for (let length = 0; length < line.length; length += 7)
      expect(() => recordIn(line.subarray(0, length))).toThrow(/^its \d+ bytes are not a complete JSON document$/);
  });

  test.each([
    ["null", "it is not a record of a run"],
    ["7", "it is not a record of a run"],
    ["[]", "it is not a record of a run"],
    ["{}", "its field id is missing or of another type"],
    [JSON.stringify({ ...record, result: null }), "its field result is missing or of another type"],
    [JSON.stringify({ ...record, spec: {} }), "its field spec.label is missing or of another type"],
    [
      JSON.stringify({ ...record, result: { ...record.result, testError: "0.02" } }),
      "its field result.testError is missing or of another type",
    ],
    [
      JSON.stringify({ ...record, spec: { ...record.spec, network: { model: "mlp" } } }),
      "its field spec.network.layers is missing or of another type",
    ],
    [
      JSON.stringify({ ...record, spec: { ...record.spec, hidden: "many" } }),
      "its specification or its costs are not those of a run",
    ],
    [
      JSON.stringify({ ...record, result: { ...record.result, layers: undefined, domain: ["x"] } }),
      "its specification or its costs are not those of a run",
    ],
  ])("of another shape is named: %.40s", (text, reason) => {
    expect(() => recordIn(Buffer.from(text))).toThrow(new Error(reason));
  });

  test("an old line with random bytes is a record or an error with a reason, never another error", () => {
    // A small generator, so that the mutations are the same in each run.
    let state = 7;
    const next = (below: number) => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return Math.floor((state / 2 ** 31) * below);
    };
    for (let i = 0; i < sweep(3000); i++) {
      const changed = Buffer.from(plain);
      for (let k = 0; k <= i % 3; k++) changed[next(Math.min(changed.length, 1500))] = next(256);
      try {
        expect(typeof recordIn(changed).result.testError).toBe("number");
      } catch (error) {
        expect((error as Error).message).toMatch(/^(its|it is) /);
      }
    }
  });
});
