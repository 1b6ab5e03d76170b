import { layersOf, nameOf, predictedLayers } from "@weightcast/runs/spec";
import { expect, test } from "vitest";
import { speech } from "./runs";

test("two layers of 1024, dense and predicted by their covariance; 5 and 10 columns divide 1020", () => {
  const runs = speech({ data: { folder: "./TIMIT" }, proportions: [0.1, 0.25], seeds: [2], validation: 500 });
  expect(runs.map(nameOf)).toEqual([
    "nokernel seed 2",
    ...["Emp-Emp J=1 10% seed 2", "Emp-Emp J=5 10% seed 2", "Emp-Emp J=10 10% seed 2"],
    ...["Emp-Emp J=1 25% seed 2", "Emp-Emp J=5 25% seed 2", "Emp-Emp J=10 25% seed 2"],
  ]);
  const units = runs.map(({ network }) => layersOf(network).map(({ filters }) => filters));
  const divided = [[1024, 1024], [1020, 1020], [1020, 1020]]; // biome-ignore format: a line
  expect(units).toEqual([[1024, 1024], ...divided, ...divided]);
  const columns = runs.map((run) =>
    predictedLayers(run).map((layer) => layer.weights === "factorized" && [layer.dictionary, layer.columns]),
  );
  const both = (J: number) => [["covariance", J], ["covariance", J]]; // biome-ignore format: a line
  expect(columns).toEqual([[], both(1), both(5), both(10), both(1), both(5), both(10)]);
  expect(runs[0]!.data).toEqual({ folder: "./TIMIT", name: "TIMIT", samples: 10_000, validation: 500 });
});

test("all of it: 30 runs; without the corpus there is none", () => {
  expect(speech({ data: { folder: "TIMIT" } })).toHaveLength(30);
  expect(() => speech()).toThrow(
    "speech: name the folder of TIMIT by --data, with TRAIN and TEST in it; the corpus is",
  );
  expect(() => speech({ data: { name: "mnist" } })).toThrow("licensed by the LDC (LDC93S1)");
});
