import { z } from "zod";

/** Ways to choose a layer's atoms. */
export const selections = ["uniform", "leading", "energy", "leverage", "farthest-point", "pivoted-cholesky"] as const;
export type SelectionName = (typeof selections)[number];

/** What spans U: the dictionary's atoms themselves, as in the paper, an orthonormal basis of their span, or the atoms scaled to length 1. */
const bases = ["atoms", "orthonormal", "normalized"] as const;

/*
 * Fields of a predicted layer, of a multilayer perceptron or of another network.
 */

export const proportion = z
  .number()
  .gt(0)
  .max(1)
  .describe("share of the layer's weights that is learned: atoms in each column over inputs");

export const dictionary = z
  .string()
  .describe("name of a registered dictionary; `weightcast dictionary list` shows them");

export const options = z.record(z.string(), z.json()).default({}).describe("options of the dictionary");

export const columns = z.int().min(1).describe("columns with index sets of their own");

export const selection = z
  .enum(selections)
  .default("uniform")
  .describe(
    "how a column chooses its atoms; `energy` needs a dictionary of independent atoms, the last three one of kernel ridge regression",
  );

export const basis = z
  .enum(bases)
  .describe("what V combines: the atoms, as in the paper, or an orthonormal basis of their span, or atoms of length 1");
