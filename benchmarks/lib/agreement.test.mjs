import { expect, test } from "vitest";
import { assertAgreement } from "./agreement.mjs";

const row = (title, first, later) => ({ title, losses: { 1: first, 25: later } });

test("losses that differ only by rounding pass; the largest difference is returned", () => {
  expect(assertAgreement([row("a", 2, 1), row("b", 2, 1.0005)])).toBeCloseTo(5e-4, 10);
});

test("a contender without the later checkpoints is compared at the earlier ones", () => {
  const short = { title: "short", losses: { 1: 2, 5: 1.9 } };
  const long = { title: "long", losses: { 1: 2, 5: 1.9, 25: 1 } };
  expect(assertAgreement([short, long])).toBe(0);
  expect(() => assertAgreement([{ ...short, losses: { 1: 2, 5: 1.89 } }, long])).toThrow("do not compute the same");
});

test.each([
  ["another loss", row("b", 2, 1.002)],
  ["another loss at the start", row("b", 2.01, 1)],
  ["not a number", row("b", 2, Number.NaN)],
  ["null instead of a number", row("b", 2, null)],
])("%s fails and names everyone's losses", (_, other) => {
  expect(() => assertAgreement([row("a", 2, 1), other])).toThrow(/do not compute the same[\s\S]*a: [\s\S]*b: /);
});

test("losses that hardly change are refused", () => {
  expect(() => assertAgreement([row("a", 2, 1.99), row("b", 2, 1.99)])).toThrow("hardly change");
});
