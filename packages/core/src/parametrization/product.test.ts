import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { productCost } from "./product";

/** Multiplications of schoolbook products, counted loop by loop. */
function counted({ batch, inputs, rank, columns, units, channels = 1, base }: Parameters<typeof productCost>[0]) {
  const mul = (rows: number, inner: number, cols: number) => rows * inner * cols;
  const width = units / columns;
  let inputsFirst = mul(batch, inputs, columns * rank) + (base ? mul(batch, inputs, units) : 0);
  let weightsFirst = mul(batch, inputs, units);
  for (let j = 0; j < columns; j++) {
    inputsFirst += mul(batch, rank * channels, width);
    weightsFirst += mul(inputs / channels, rank, channels * width);
  }
  return { "inputs-first": inputsFirst, "weights-first": weightsFirst };
}

describe("productCost", () => {
  test("forward, it is the count of schoolbook products", () => {
    const size = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(size, size, size, size, size, size, (batch, grid, rank, columns, width, channels) => {
        const shape = { batch, inputs: grid * channels, rank, columns, units: columns * width, channels };
        expect(productCost(shape, false)).toEqual(counted(shape));
        expect(productCost({ ...shape, base: true }, false)).toEqual(counted({ ...shape, base: true }));
        const { channels: _, ...dense } = { ...shape, inputs: grid };
        expect(productCost(dense, false)).toEqual(counted(dense));
      }),
      { seed: 1 },
    );
  });

  test("the paper's layer: 5% goes inputs first, 75% weights first; one input at a time goes inputs first", () => {
    const cheaper = (rank: number, batch: number, training: boolean) => {
      const cost = productCost({ batch, inputs: 784, rank, columns: 10, units: 500 }, training);
      return cost["inputs-first"] <= cost["weights-first"] ? "inputs-first" : "weights-first";
    };
    expect(cheaper(39, 100, true)).toBe("inputs-first");
    expect(cheaper(588, 100, true)).toBe("weights-first");
    expect(cheaper(39, 1, false)).toBe("inputs-first");
  });
});
