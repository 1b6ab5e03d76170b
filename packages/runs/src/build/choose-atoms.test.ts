import { byEnergy } from "@weightcast/dictionary";
import { fourier } from "@weightcast/dictionary-fourier";
import { farthestPoint, kernel, leverage, pivotedCholesky } from "@weightcast/dictionary-kernel";
import { beforeAll, describe, expect, test } from "vitest";
import { chooseAtoms } from "./choose-atoms";
import { registerBuiltIns } from "./dictionaries";

beforeAll(registerBuiltIns);

const samples = () => [{ rows: 2, cols: 20, data: Float32Array.from({ length: 40 }, (_, i) => Math.sin(i * i)) }];
const choice = { rank: 4, columns: 3, seed: 7, samples };
const [smooth, waves] = [kernel([4, 5]), fourier([4, 5])];

describe("chooseAtoms", () => {
  test.each([
    ["leverage", leverage],
    ["farthest-point", farthestPoint],
    ["pivoted-cholesky", pivotedCholesky],
  ] as const)("%s: a set for each column, by the seed", (name, choose) => {
    const sets = chooseAtoms(name, smooth, choice);
    expect(sets).toEqual(choose(smooth, 4, { seed: 7, columns: 3 }));
    expect(new Set((sets as number[][]).map(String)).size).toBe(3);
  });

  test("energy: the same atoms for all columns", () => {
    const chosen = byEnergy(waves, samples, 4);
    expect(chooseAtoms("energy", waves, choice)).toEqual([chosen, chosen, chosen]);
  });

  test("uniform and leading are left to the layer", () =>
    expect([chooseAtoms("uniform", smooth, choice), chooseAtoms("leading", waves, choice)]).toEqual([
      "uniform",
      "leading",
    ]));

  test("a choice that the dictionary lacks is refused", () => {
    expect(() => chooseAtoms("leverage", waves, choice)).toThrow(
      'fourier: selection must be one of uniform, leading, energy for the dictionary "fourier"; got "leverage"',
    );
    expect(() => chooseAtoms("leading", smooth, choice)).toThrow(
      'kernel: selection "leading" needs a dictionary ordered from coarse to fine',
    );
  });
});
