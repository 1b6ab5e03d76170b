import { fourier } from "@weightcast/dictionary-fourier";
import { kernel } from "@weightcast/dictionary-kernel";
import { gaussian } from "@weightcast/dictionary-random";
import { mlp } from "@weightcast/models";

const grid = [28, 28];
const hidden = [300, 100];
const factorized = (dictionary, more) => ({
  kind: "factorized",
  dictionary,
  rank: { proportion: 0.05 },
  columns: 10,
  ...more,
});

/** Networks 784–300–100–10 with 5% of their hidden weights learned, of dictionaries that a recipe makes again. */
export const networks = {
  "SE on both layers": () => make(factorized(kernel(grid)), factorized(kernel([300]))),
  "DCT, random": () =>
    make(factorized(fourier(grid), { selection: "leading" }), factorized(gaussian([300], { seed: 1 }))),
};

const make = (first, second) =>
  mlp({ input: grid, hidden, classes: 10, weights: { hidden_1: first, hidden_2: second }, seed: 1 });
