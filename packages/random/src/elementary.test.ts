import { describe, expect, test } from "vitest";
import { cos, exp, log, sin } from "./elementary";
import { stream } from "./stream";
import { sweep } from "./testing/sweep";

/** Functions with their counterparts, and arguments: of every branch, and random ones. */
const functions = {
  exp: {
    ours: exp,
    theirs: Math.exp,
    arguments: [-745, -708.5, -20.3, -0.5, -1e-9, 0, 1e-300, 0.3, 1, 17.25, 709.7],
    random: (draw: () => number) => 1400 * draw() - 700,
  },
  log: {
    ours: log,
    theirs: Math.log,
    arguments: [5e-324, 1e-310, 1e-9, 0.1, 0.7, 1 - 1e-9, 1, 1 + 1e-9, 1.5, 2, 3, 1e300],
    random: (draw: () => number) => 2 ** (2000 * draw() - 1000),
  },
  sin: {
    ours: sin,
    theirs: Math.sin,
    arguments: [-1647099, -4.7, -1e-9, 0, 0.1, 0.785, Math.PI / 2, 2.356194490192, 3 * Math.PI, 22, 710, 1647099],
    random: (draw: () => number) => 100 * draw() - 50,
  },
  cos: {
    ours: cos,
    theirs: Math.cos,
    arguments: [-1647099, -4.7, -1e-9, 0, 0.1, 0.785, Math.PI / 2, 2.356194490192, 3 * Math.PI, 22, 710, 1647099],
    random: (draw: () => number) => 100 * draw() - 50,
  },
};

/** Results of `Math` in Node 20.20, at the arguments above, as the bits of float64. */
const bits = {
  exp: "1 e6cf6d08897ac 3e1a3b8dc86d1c8e 3fe368b2fc6f960a 3fefffffff768fa1 3ff0000000000000 3ff0000000000000 3ff599058c8c1a96 4005bf0a8b145769 417d94295464477b 7fed75ae7a50ee14",
  log: "c0874385446d71c3 c0864e69394d9508 c034b927f32bffb8 c0026bb1bbb55515 bfd6d3c324e13f50 be112e0be024e4bc 0 3e112e0bffdb1b44 3fd9f323ecbf984c 3fe62e42fefa39ef 3ff193ea7aad030a 4085963447f87fb5",
  cos: "3fee4831257a62da bf895f3a43506a34 3ff0000000000000 3ff0000000000000 3fefd712f9a817c0 3fe6a2ecb934b59a 3c91a62633145c07 bfe6a09e667f3336 bff0000000000000 bfefffadd8d4acda 3fefffffff063930 3fee4831257a62da",
  sin: "3fd4b02e5be91e9e 3fefff5f0f37ec52 be112e0be826d695 0 3fb98eaecb8bcb2c 3fe69e4fd79ac743 3ff0000000000000 3fe6a09e667f4463 3cba79394c9e8a0a bf8220a29f6eb9f4 3f0f9bd0303f6faf bfd4b02e5be91e9e",
} as const;

/** Distance of two numbers in units in the last place of the larger. */
function ulps(a: number, b: number): number {
  if (Object.is(a, b)) return 0;
  const size = Math.max(Math.abs(a), Math.abs(b));
  return Math.abs(a - b) / Math.max(2 ** -1074, 2 ** (Math.floor(Math.log2(size)) - 52));
}

describe.each(Object.entries(functions))("%s", (name, { ours, theirs, arguments: given, random }) => {
  test("is Math's up to two units in the last place", () => {
    const draw = stream(1, name).uniform;
    for (const x of [...given, ...Array.from({ length: sweep(2000) }, () => random(draw))])
      expect(ulps(ours(x), theirs(x)), `${name}(${x})`).toBeLessThanOrEqual(2);
  });
});

test.each(Object.entries(functions))(
  "%s has the bits of Node 20 in every engine",
  (name, { ours, arguments: given }) => {
    const bitsOf = (x: number) => new BigUint64Array(Float64Array.of(x).buffer)[0]!.toString(16);
    expect(given.map((x) => bitsOf(ours(x))).join(" ")).toBe(bits[name as keyof typeof bits]);
  },
);

test("gives what Math gives at the ends", () => {
  for (const x of [-Infinity, -1000, 1000, Infinity, Number.NaN]) expect(exp(x)).toBe(Math.exp(x));
  for (const x of [-Infinity, -1, -0, 0, Infinity, Number.NaN]) expect(log(x)).toBe(Math.log(x));
  expect(sin(-0)).toBe(-0);
});

test("angles beyond its digits are refused", () => {
  expect(() => sin(1.7e6)).toThrow(
    RangeError("sin: x must be in [-1647099, 1647099]; got 1700000; take off whole turns first"),
  );
  expect(() => cos(Number.NaN)).toThrow(RangeError);
});
