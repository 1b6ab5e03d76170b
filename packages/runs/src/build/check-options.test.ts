import { dictionaries } from "@weightcast/dictionary";
import { expect, test } from "vitest";
import { resolveRun } from "../spec";
import { checkOptions } from "./check-options";
import { registerBuiltIns } from "./dictionaries";

registerBuiltIns();
const layer = (dictionary: string, options: object = {}) => ({
  weights: "factorized",
  proportion: 0.1,
  dictionary,
  options,
});
const run = (first: object, second: object = { weights: "dense" }, data: object = {}) =>
  resolveRun({ data, network: { model: "mlp", hidden: [500, 500], layers: { hidden_1: first, hidden_2: second } } });

test.each<[string, object, string]>([
  [
    "kernel",
    { lengthscale: 2 },
    'kernel: there is no option "lengthscale" (did you mean lengthScale?); the options are',
  ],
  ["kernel", { lengthScale: [1, 2, 3] }, "kernel: lengthScale must be one number, or one for each of 2 axes"],
  ["gaussian", { size: 0 }, "gaussian: size must be a positive integer; got 0"],
  ["fourier", { basis: "cos" }, 'fourier: basis must be one of cosine, fourier, hartley; got "cos"'],
  ["wavelet", { family: "db11" }, "wavelet: family must be one of"],
  ["covariance", { ridge: -1 }, "covariance: ridge must be a number of at least 0; got -1"],
  ["covariance", { shrinkage: 2 }, "covariance: shrinkage must be a number in [0, 1]"],
  ["covariance", { of: "cubes" }, "covariance: of must be one of inputs, squares; got cubes"],
  ["autoencoder", { size: -1 }, "autoencoder: size must be a positive integer; got -1"],
  ["autoencoder", { sizes: 1 }, 'autoencoder: there is no option "sizes"'],
  ["principal-components", { size: 0.5 }, "principal-components: size must be a positive integer"],
  ["kmeans", { iterations: 0 }, "kmeans: iterations must be a positive integer"],
  ["kernel-fitted", { kernel: "cubic" }, "cubic"],
  ["filters", {}, "filters: atoms must be given; take the options of principalFilters"],
  ["gaussian-derivative", { sigma: 1 }, "gaussian-derivative: sigma must be at least 2.25 for 28 positions"],
  ["kernel-fitted", { ridge: -1 }, "kernel: ridge must be a number of at least 0; got -1"],
])("%s %j is refused without data, with its layer", async (dictionary, options, message) => {
  const checking = checkOptions([run(layer("identity")), run(layer(dictionary, options))]);
  await expect(checking).rejects.toThrow(RangeError);
  await expect(checking).rejects.toThrow("layer hidden_1, grid 28 × 28: ");
  await expect(checking).rejects.toThrow(message);
});

test("every dictionary's default options are accepted, on the grids of every network", async () => {
  // `filters` has no default: its option is the atoms themselves.
  for (const name of dictionaries.names().filter((one) => !one.endsWith("-learned") && one !== "filters"))
    expect(await checkOptions([run(layer(name), layer(name))]), name).toBeUndefined();
});

test("each dictionary is made once for all runs, and a fault that is not of options is left to the run", async () => {
  let made = 0;
  dictionaries.register({
    name: "counting",
    needs: "domain",
    create() {
      made++;
      throw new Error("not now");
    },
  });
  const runs = [1, 2, 3].map((seed) => ({ ...run(layer("counting"), layer("counting")), seed }));
  expect(await checkOptions(runs)).toBeUndefined();
  expect(made).toBe(2);
});

test("a first layer on images of a folder, whose shape is unknown, is left to the run; the others are not", async () => {
  const bad = layer("gaussian", { size: 0 });
  expect(await checkOptions([run(bad, undefined, { folder: "./mine" })])).toBeUndefined();
  await expect(checkOptions([run({ weights: "dense" }, bad, { folder: "./mine" })])).rejects.toThrow("layer hidden_2");
});
