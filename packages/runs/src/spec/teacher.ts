import { type NetworkName, networkNames } from "@weightcast/models/plans";
import { usualDistillation } from "@weightcast/training/names";
import { z } from "zod";
import type { LayerSpec } from "./layers";
import { type Fault, type NetworkInput, network, networkFaults } from "./network";
import { networkForm } from "./short-forms";
import { orShort } from "./text-form";

/** Schema of a run's teacher: a network that was trained before, or is trained first. */
export const teacher = z
  .strictObject({
    from: z
      .string()
      .min(1)
      .optional()
      .describe("model file of the teacher, for inputs and outputs as the run has them"),
    network: orShort<typeof network, NetworkName>(network, networkForm, {
      type: "string",
      enum: networkNames,
      description: "network by its name, all layers dense",
    })
      .optional()
      .describe(
        "network of the teacher, in place of a file: it is trained first, with the data, the seed and the training of the run, recorded, and kept in the folder's models",
      ),
    distill: z
      .number()
      .min(0)
      .max(1)
      .default(usualDistillation.weight)
      .describe(
        "part of the loss that is the distance to the teacher's outputs; 0 if only dictionaries learn from the teacher",
      ),
    temperature: z
      .number()
      .gt(0)
      .default(usualDistillation.temperature)
      .describe("logits are divided by it before they are compared; higher ones show more of the other classes"),
  })
  .describe(
    "trained network that the run learns from: from its outputs, and from its filters where a layer's dictionary is filters without atoms",
  );

/** Teacher as it is written. */
type TeacherInput = z.output<typeof teacher>;

/** Name of the dictionary that takes a teacher's filters. */
export const filtersName = "filters";

/** Whether a layer's atoms are the principal components of the teacher's filters in the same layer. */
export const takesFilters = (layer: LayerSpec): boolean =>
  layer.weights === "factorized" && layer.dictionary === filtersName && layer.options.atoms === undefined;

/** Faults of a teacher that its fields do not show one by one. @param layers those of the run's network */
export function teacherFaults({ from, network: own, distill }: TeacherInput, layers: readonly LayerSpec[]): Fault[] {
  if ((from === undefined) === (own === undefined))
    return [[[], "must have either from, a model file, or network, which is trained first", { from, network: own }]];
  if (distill === 0 && !layers.some(takesFilters))
    return [[["distill"], `must be above 0, unless a layer's dictionary is ${filtersName} without atoms`]];
  return own ? networkFaults(own as NetworkInput).map(([path, ...rest]) => [["network", ...path], ...rest]) : [];
}
