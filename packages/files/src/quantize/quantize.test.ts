import { stream } from "@weightcast/random";
import { describe, expect, test } from "vitest";
import { isWeightType, levelsOf, type WeightType } from "../types";
import { codesOf, valuesOf } from "./codes";
import { type Grid, gridFor } from "./grid";
import { fromBfloat, fromHalf, roundEven, toBfloat, toHalf } from "./halves";
import { pack, unpack } from "./pack";

const normal = stream(3, "weights").normal;
const values = (count: number) => Float32Array.from({ length: count }, () => normal());

/** Number of a 16-bit pattern by the definition of IEEE 754, with `exponent` and `fraction` bits. */
function byDefinition(bits: number, exponent: number, fraction: number): number {
  const sign = bits >> 15 ? -1 : 1;
  const e = (bits >> fraction) & (2 ** exponent - 1);
  const f = (bits & (2 ** fraction - 1)) / 2 ** fraction;
  const bias = 2 ** (exponent - 1) - 1;
  if (e === 2 ** exponent - 1) return f ? Number.NaN : sign / 0;
  return sign * (e === 0 ? f * 2 ** (1 - bias) : (1 + f) * 2 ** (e - bias));
}

describe.each([
  ["float16", toHalf, fromHalf, 5, 10],
  ["bfloat16", toBfloat, fromBfloat, 8, 7],
] as const)("%s", (_, to, from, exponent, fraction) => {
  test("each of the 65,536 patterns is the number that IEEE 754 says, and is kept", () => {
    const wrong = Array.from({ length: 65536 }, (_, bits) => bits).filter((bits) => {
      const value = from(bits);
      const kept = Number.isNaN(value) ? Number.isNaN(from(to(value))) : to(value) === bits;
      return !Object.is(value, byDefinition(bits, exponent, fraction)) || !kept;
    });
    expect(wrong).toEqual([]);
  });

  test("a number between two goes to the nearer one, a middle to the even one", () => {
    const top = exponent === 5 ? 0x7bff : 0x7f7f;
    for (let bits = 0; bits < top; bits += 71) {
      const [low, high] = [from(bits), from(bits + 1)];
      const middle = (low + high) / 2;
      expect(to(middle)).toBe(bits % 2 === 0 ? bits : bits + 1);
      expect(to(Math.fround(low + (high - low) * 0.51))).toBe(bits + 1);
      expect(to(Math.fround(low + (high - low) * 0.49))).toBe(bits);
      expect(to(-middle)).toBe(0x8000 | to(middle));
    }
  });
});

test("roundEven: halves to the even integer", () => {
  expect([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.4, -2.6].map(roundEven).map((value) => value + 0)).toEqual([
    -2, -2, 0, 0, 2, 2, 2, -3,
  ]);
});

test("pack and unpack: integers of 2 and 4 bits, in the order of their bytes", () => {
  expect([...pack(Int8Array.of(1, -1, 7, -7, 3), 4)]).toEqual([0xf1, 0x97, 0x03]);
  expect([...pack(Int8Array.of(1, -1, 0, 1, -1), 2)]).toEqual([0b01001101, 0b11]);
  for (const [bits, levels] of [
    [4, 7],
    [2, 1],
  ] as const)
    for (let count = 0; count < 10; count++) {
      const integers = Int8Array.from({ length: count }, (_, i) => ((i * 5) % (2 * levels + 1)) - levels);
      expect(unpack(pack(integers, bits), bits, count)).toEqual(integers);
    }
});

const shapeOf: Record<string, readonly number[]> = {
  kernel: [6, 5],
  coefficients: [3, 7, 4],
  depthwise_kernel: [3, 3, 5, 2],
  bias: [30],
};

describe.each(Object.entries(shapeOf))("gridFor: %s", (role, shape) => {
  const size = shape.reduce((a, b) => a * b);
  const weight = values(size);
  const grid = (type: WeightType, scaledBy: "column" | "tensor" = "column") =>
    gridFor(weight, { shape, role, type, scaledBy });
  const error = (of: Grid) =>
    valuesOf(codesOf(weight, shape, of), shape, of).reduce((sum, value, i) => sum + (value - weight[i]!) ** 2, 0) /
    weight.reduce((sum, value) => sum + value ** 2, 0);

  test("the error falls with the bits, and is that of uniform quantization", () => {
    const bits = [2, 3, 4, 5, 6, 7, 8] as const;
    const errors = bits.map((b) => error(grid(`int${b}`)));
    for (const [i, e] of errors.slice(1).entries()) expect(e).toBeLessThan(errors[i]!);
    // A column of at least 5 values: its largest is at least 2⁷ steps, and an error at most half a step.
    expect(errors.at(-1)).toBeLessThan((1 / 127) ** 2);
    expect(error(grid("codebook256"))).toBeLessThan(1e-5);
    expect(error(grid("float16"))).toBeLessThan(2 ** -22);
    expect(error(grid("bfloat16"))).toBeLessThan(2 ** -16);
    expect(error(grid("float32"))).toBe(0);
  });

  test("one scale for each column, or one for all", () => {
    const columns = { kernel: [1, 5], coefficients: [3, 1, 4], depthwise_kernel: [1, 1, 5, 2], bias: [1] }[role]!;
    expect(grid("int4")).toMatchObject({ scaleShape: columns });
    expect(grid("int4", "tensor")).toMatchObject({ scaleShape: shape.map(() => 1), scale: { length: 1 } });
  });

  test("what is on the grid stays as it is", () => {
    for (const type of ["int2", "int4", "int8", "codebook5", "float16", "bfloat16"] as const) {
      const found = grid(type);
      const on = valuesOf(codesOf(weight, shape, found), shape, found);
      expect(valuesOf(codesOf(on, shape, found), shape, found)).toEqual(on);
    }
  });
});

test("gridFor: the scale has the least squared error of 1000 others", () => {
  const weight = values(200);
  for (const type of ["int2", "int3", "int4", "int6"] as const) {
    const levels = levelsOf(type);
    const errorAt = (scale: number) =>
      weight.reduce((sum, w) => sum + (w - scale * Math.max(-levels, Math.min(levels, Math.round(w / scale)))) ** 2, 0);
    const { scale } = gridFor(weight, { shape: [200, 1], role: "kernel", type, scaledBy: "column" }) as {
      scale: Float32Array;
    };
    const best = Math.min(...Array.from({ length: 1000 }, (_, i) => errorAt(((i + 1) / 1000) * (4 / levels))));
    expect(errorAt(scale[0]!)).toBeLessThan(1.02 * best);
  }
});

test("gridFor: k-means of three groups finds their means", () => {
  const weight = Float32Array.of(-3, -3.2, -2.8, 0.1, -0.1, 5, 5.5, 4.5);
  const grid = gridFor(weight, { shape: [8, 1], role: "kernel", type: "codebook3", scaledBy: "column" });
  expect([...(grid as { codebook: Float32Array }).codebook].map((entry) => Math.round(entry * 1e5) / 1e5)).toEqual([
    -3, 0, 5,
  ]);
});

test("gridFor: a column of zeros has a scale, and stays zero", () => {
  const weight = new Float32Array(6);
  const grid = gridFor(weight, { shape: [3, 2], role: "kernel", type: "int4", scaledBy: "column" });
  expect(valuesOf(codesOf(weight, [3, 2], grid), [3, 2], grid)).toEqual(weight);
});

test("isWeightType", () => {
  for (const type of ["int8", "int3", "codebook2", "codebook256", "float32"]) expect(isWeightType(type)).toBe(true);
  for (const type of ["int9", "int1", "codebook1", "codebook257", "codebook", "toString", 4])
    expect(isWeightType(type)).toBe(false);
});
