import { byEnergy, dictionaries } from "@weightcast/dictionary";
import { fourier } from "@weightcast/dictionary-fourier";
import { farthestPoint, kernel, leverage, pivotedCholesky } from "@weightcast/dictionary-kernel";
import { describe, expect, test } from "vitest";
import { chooseAtoms } from "./choose-atoms";
import { registerBuiltIns } from "./dictionaries";
import { type SelectionName, selections } from "./layer-fields";
import { builtInKinds, selectionFault } from "./selection-fault";

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

  test("uniform and leading are the layer's own", () =>
    expect([chooseAtoms("uniform", smooth, choice), chooseAtoms("leading", waves, choice)]).toEqual([
      "uniform",
      "leading",
    ]));

  test("what the dictionary cannot give is refused", () => {
    expect(() => chooseAtoms("leverage", waves, choice)).toThrow(
      "selection leverage needs a dictionary of kernel ridge regression, such as kernel or covariance; got fourier",
    );
    expect(() => chooseAtoms("leading", smooth, choice)).toThrow(
      "selection leading needs a dictionary ordered from coarse to fine, such as fourier or wavelet; got kernel",
    );
  });
});

describe("what a specification knows of the dictionaries that come with Weightcast", () => {
  test("is of all of them", () => {
    registerBuiltIns();
    expect(Object.keys(builtInKinds)).toEqual(dictionaries.names());
  });

  // Those made from the domain, and one learned in a moment: the others are trained.
  test.each(["covariance", "fourier", "gaussian", "identity", "kernel", "kmeans", "principal-components", "wavelet"])(
    "%s is refused what it refuses",
    async (name) => {
      registerBuiltIns();
      const module = dictionaries.get(name);
      const options = name === "kmeans" ? { size: 2 } : {};
      const dictionary =
        module.needs === "domain"
          ? module.create({ domain: [4, 5] }, options)
          : await module.create({ domain: [4, 5], batches: samples }, options);
      const refused = (selection: SelectionName) => {
        try {
          chooseAtoms(selection, dictionary, { ...choice, rank: 1 });
          return false;
        } catch {
          return true;
        }
      };
      const known = (selection: SelectionName) => selectionFault(selection, name, { samples: true }) !== undefined;
      expect(selections.map((selection) => [selection, known(selection)])).toEqual(
        selections.map((selection) => [selection, refused(selection)]),
      );
    },
  );

  test("a stranger's is asked when it is made", () =>
    expect(selectionFault("leverage", "mine", { samples: true })).toBeUndefined());
});
