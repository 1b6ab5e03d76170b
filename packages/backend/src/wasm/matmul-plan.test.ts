import { sweep } from "@weightcast/random/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type MatMulSizes, planMatMul } from "./matmul-plan";

const fresh = { straight: false, flipped: false };
const plan = (m: number, k: number, n: number, rest: Partial<MatMulSizes> = {}, packed = fresh) =>
  planMatMul({ batch: 1, m, k, n, transposeA: false, transposeB: false, ...rest }, packed);

describe("planMatMul", () => {
  test("a dense layer's products: a trained weight is not packed, a fixed one is", () => {
    expect(plan(100, 784, 500)).toBe("flipped");
    expect(plan(100, 784, 500, {}, { straight: true, flipped: false })).toBe("straight");
    expect(plan(784, 100, 500, { transposeA: true })).toBe("straight"); // xᵀ · dy
    expect(plan(100, 500, 500, { transposeB: true })).toBe("flipped"); // dy · Wᵀ
  });

  test("small products use the loops if batched or transposed; a plain one uses XNNPACK as before", () => {
    expect(plan(4, 4, 4, { batch: 100 })).toBe("loops");
    expect(plan(8, 8, 8, { transposeA: true })).toBe("loops");
    expect(plan(4, 4, 4)).toBe("straight");
    expect(plan(100, 39, 50, { batch: 10 })).not.toBe("loops");
  });

  test("the use of loops never depends on what is packed, which would change the last bits from call to call", () => {
    const side = fc.integer({ min: 1, max: 900 });
    const sizes = fc.record({ batch: fc.integer({ min: 1, max: 20 }), m: side, k: side, n: side });
    fc.assert(
      fc.property(sizes, fc.boolean(), fc.boolean(), (size, transposeA, transposeB) => {
        const plans = [true, false].flatMap((straight) =>
          [true, false].map((flipped) => planMatMul({ ...size, transposeA, transposeB }, { straight, flipped })),
        );
        expect(new Set(plans.map((name) => name === "loops")).size).toBe(1);
      }),
      { seed: 81, numRuns: sweep(500) },
    );
  });
});
