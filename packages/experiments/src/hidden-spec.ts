import { z } from "zod";
import * as fields from "./layer-fields";

const units = z.int().min(1);

/** One hidden layer: how many units, and where its weights come from. */
export const layer = z.discriminatedUnion("weights", [
  z.strictObject({ weights: z.literal("dense"), units }),
  z.strictObject({
    weights: z.literal("low-rank"),
    units,
    proportion: fields.proportion,
    start: z
      .enum(["scaled", "paper"])
      .default("scaled")
      .describe("U and V uniform: so that W has the variance of a dense layer's, or in ±0.1 as in the paper"),
  }),
  z.strictObject({
    weights: z.literal("factorized"),
    units,
    dictionary: fields.dictionary,
    options: fields.options,
    proportion: fields.proportion,
    columns: fields.columns.default(10),
    selection: fields.selection,
    basis: fields.basis.optional(),
  }),
]);

/** A hidden layer of a run. */
export type LayerSpec = z.output<typeof layer>;

/** Those of the paper's network for MNIST, learned whole. */
export const paperHidden: LayerSpec[] = [
  { weights: "dense", units: 500 },
  { weights: "dense", units: 500 },
];
