import { z } from "zod";
import { integer } from "./integer";
import { ifText, orShort } from "./text-form";
import { shareOf } from "./texts";

/** Bases of the span of a layer's atoms that U may hold. */
const bases = ["atoms", "orthonormal", "normalized"] as const;

/** Defaults of a factorized layer: the paper's for its perceptron, and those that train well in networks for images. */
export const layerDefaults = { mlp: { columns: 10 }, images: { columns: 1, basis: "orthonormal" } } as const;

const share = z.number().gt(0).max(1);
const proportion = orShort<typeof share, string>(share, ifText(shareOf), {
  type: "string",
  pattern: "^[ 0-9.eE+-]+(/[ 0-9.eE+-]+)?$",
  description: "the same as a fraction, such as 2/9",
}).describe("share of the layer's weights that is learned: atoms in each column over inputs");

const lowRank = z.strictObject({
  weights: z.literal("low-rank"),
  proportion,
  start: z
    .enum(["scaled", "paper"])
    .default("scaled")
    .describe("U and V uniform: scaled so that W has the variance of a dense layer's, or in ±0.1 as in the paper"),
});

const factorized = z.strictObject({
  weights: z.literal("factorized"),
  dictionary: z.string().describe("name of a registered dictionary; `weightcast dictionary list` shows them"),
  options: z.record(z.string(), z.json()).default({}).describe("options of the dictionary"),
  proportion,
  columns: integer()
    .min(1)
    .optional()
    .describe(
      `columns with their own index sets; when absent, ${layerDefaults.mlp.columns} in mlp and ${layerDefaults.images.columns} in other networks`,
    ),
  selection: z
    .string()
    .default("uniform")
    .describe(
      "how a column chooses its atoms: uniform; leading, of an ordered dictionary; energy, of one with independent atoms; or a way that the dictionary offers, such as leverage, farthest-point, pivoted-cholesky of kernels",
    ),
  basis: z
    .enum(bases)
    .optional()
    .describe(
      "basis that V combines: the atoms, as in the paper, an orthonormal basis of their span, or atoms of length 1; when absent, atoms in mlp and orthonormal in other networks",
    ),
  over: z
    .enum(["patch"])
    .optional()
    .describe(
      "of a convolution: patch, an atom is over all channels of its window, and not shared by them; over the window alone when absent",
    ),
  mapActivation: z
    .enum(["relu"])
    .optional()
    .describe(
      "activation function of the maps that the atoms of a convolution make, before V mixes them: fixed filters with learned mixing, so that the layer has no W; none when absent",
    ),
});

const dense = z.strictObject({ weights: z.literal("dense") });

/** Weights of one layer of a network, by its name. */
export const layerWeights = z.discriminatedUnion("weights", [dense, lowRank, factorized]);

const units = { units: integer().min(1) };

/** Hidden layer of the shorthand for a multilayer perceptron: its units, and its weights. */
export const hiddenLayer = z.discriminatedUnion("weights", [
  dense.extend(units),
  lowRank.extend(units),
  factorized.extend(units),
]);

/** Weights of a layer as they are written, defaults left out. */
export type LayerInput = z.input<typeof layerWeights>;
/** Weights of a layer, resolved. */
export type LayerSpec = z.output<typeof layerWeights>;
/** Weights of a layer that a dictionary predicts, or of low rank. */
export type PredictedSpec = Exclude<LayerSpec, { readonly weights: "dense" }>;
/** Hidden layer of the shorthand as it is written, defaults left out. */
export type HiddenLayerInput = z.input<typeof hiddenLayer>;
/** Hidden layer of the shorthand, resolved. */
export type HiddenLayer = z.output<typeof hiddenLayer>;
