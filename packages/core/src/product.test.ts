import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { productCost } from "./product";

/** Counts the multiplications that schoolbook products do, loop by loop. */
function counted({ batch, inputs, rank, columns, units, channels = 1 }: Parameters<typeof productCost>[0]) {
  const mul = (rows: number, inner: number, cols: number) => rows * inner * cols;
  const width = units / columns;
  let inputsFirst = mul(batch, inputs, columns * rank);
  let weightsFirst = mul(batch, inputs, units);
  for (let j = 0; j < columns; j++) {
    inputsFirst += mul(batch, rank * channels, width);
    weightsFirst += mul(inputs / channels, rank, channels * width);
  }
  return { "inputs-first": inputsFirst, "weights-first": weightsFirst };
}

describe("productCost", () => {
  test("forward, it is the count of the schoolbook products", () => {
    const size = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(size, size, size, size, size, size, (batch, grid, rank, columns, width, channels) => {
        const shape = { batch, inputs: grid * channels, rank, columns, units: columns * width, channels };
        expect(productCost(shape, false)).toEqual(counted(shape));
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
