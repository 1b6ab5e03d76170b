import { createHash } from "node:crypto";
import { stream } from "@weightcast/random";
import { sweep } from "@weightcast/random/testing";
import { describe, expect, test } from "vitest";
import { nameOf } from "../spec";
import { recordOf } from "../testing/records";
import { aggregate } from "./aggregate";
import { entryIn, lineOf } from "./record-line";
import { summarize } from "./summary";

const record = recordOf("SE-Emp", 0.021);
const line = Buffer.from(lineOf(record).trimEnd());
const plain = Buffer.from(JSON.stringify(record));

describe("a line of the record", () => {
  test("ends in a checksum of what is before it, which sha256sum gives too", () => {
    const text = line.toString();
    const [, start, sum] = /^(.*),"sum":"([0-9a-f]{8})"\}$/.exec(text)!;
    expect(createHash("sha256").update(start!).digest("hex").slice(0, 8)).toBe(sum);
    expect(JSON.parse(text)).toEqual({ ...record, sum });
    expect(entryIn(line)).toEqual(record);
  });

  test("of an earlier version has no checksum and is valid", () => expect(entryIn(plain)).toEqual(record));

  test("each flipped bit is found", () => {
    const missed: number[] = [];
    for (let bit = 0; bit < 8 * line.length; bit++) {
      const changed = Buffer.from(line);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      try {
        entryIn(changed);
        missed.push(bit);
      } catch {
        // Found.
      }
    }
    expect(missed).toEqual([]);
  });

  test("cut anywhere, it is damaged", () => {
    for (let length = 0; length < line.length; length += 7)
      expect(() => entryIn(line.subarray(0, length))).toThrow(/^its \d+ bytes are not a complete JSON document$/);
  });

  test.each([
    ["null", "it is not a record of a run"],
    ["7", "it is not a record of a run"],
    ["[]", "it is not a record of a run"],
    ["{}", "its field id is missing or of another type"],
    [JSON.stringify({ ...record, result: null }), "its field result is missing or of another type"],
    [JSON.stringify({ ...record, spec: {} }), "its field spec.use is missing or of another type"],
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
    expect(() => entryIn(Buffer.from(text))).toThrow(new Error(reason));
  });

  test("a failure of a run is a line, too", () => {
    const { result: _, ...rest } = record;
    const failure = { ...rest, failure: { code: "DIVERGED", message: "the loss is NaN" } };
    expect(entryIn(Buffer.from(lineOf(failure).trimEnd()))).toEqual(failure);
    for (const damaged of [{ ...failure, failure: null }, { ...failure, failure: { code: 1 } }, rest])
      expect(() => entryIn(Buffer.from(JSON.stringify(damaged)))).toThrow(/^its field (failure|result)/);
  });

  test("a whole number of every field is needed: left out, or of another type, it is named", () => {
    const [all, missed] = [leaves(record), [] as string[]];
    expect(all.length).toBeGreaterThan(800);
    // Of the numbers of a picture, one stands for all.
    for (const path of all.filter((path) => !/predicted\.[1-9]/.test(path.join(".")))) {
      for (const value of [undefined, null, "x", {}, [], -1.5]) {
        const changed = structuredClone(record);
        const key = path.at(-1)!;
        const parent = path.slice(0, -1).reduce<unknown>((inner, step) => Reflect.get(Object(inner), step), changed);
        if (typeof Reflect.get(Object(parent), key) === typeof value && typeof value !== "object") continue;
        if (value === undefined && Array.isArray(parent)) continue;
        Reflect.set(Object(parent), key, value);
        const text = JSON.stringify(changed);
        try {
          entryIn(Buffer.from(text));
          // Options of a dictionary may be any JSON, and some fields may be absent.
          if (!/\.options\./.test(path.join(".")) && value !== undefined) missed.push(`${path.join(".")}: ${value}`);
        } catch (error) {
          expect((error as Error).message).toMatch(/^(its|it is) /);
        }
      }
    }
    expect(missed).toEqual([]);
  });

  test("with random bytes and a checksum that fits, it is a record that can be shown or an error with a reason", () => {
    const draw = stream(7, "records");
    let read = 0;
    for (let i = 0; i < sweep(2000); i++) {
      const changed = Buffer.from(plain);
      for (let k = 0; k <= i % 3; k++)
        changed[draw.integer(Math.min(changed.length, 1500 + 100 * (i % 20)))] = draw.integer(256);
      const start = changed.subarray(0, -1);
      const sum = createHash("sha256").update(start).digest("hex").slice(0, 8);
      try {
        const entry = entryIn(Buffer.concat([start, Buffer.from(`,"sum":"${sum}"}`)]));
        if (!entry || !("result" in entry)) throw new Error("no result");
        const { score, seconds } = summarize(entry);
        expect([score, seconds].every(Number.isFinite)).toBe(true);
        expect(aggregate([entry])).toHaveLength(1);
        expect(nameOf(entry.spec)).toContain("seed");
        read++;
      } catch (error) {
        expect((error as Error).message).toMatch(/^(its|it is) /);
      }
    }
    expect(read).toBeGreaterThan(0);
  });
});

/** Paths to every leaf of a JSON value. */
function leaves(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [[...path]];
  return Object.entries(value).flatMap(([key, one]) => leaves(one, [...path, key]));
}
