import { datasetNames } from "@weightcast/datasets/catalog";
import { type NetworkName, networkNames } from "@weightcast/models/plans";
import { z } from "zod";
import { data, pretraining, quantization, training } from "./fields";
import { integer } from "./integer";
import { type HiddenLayerInput, hiddenLayer } from "./layers";
import { activationNames, network, unitsText } from "./network";
import { isPackageOrPath, packageRule } from "./packages";
import { dataForm, hiddenForm, networkForm, useForm } from "./short-forms";
import { teacher } from "./teacher";
import { orShort } from "./text-form";

const sources = z.array(z.string().refine(isPackageOrPath, packageRule));
const hiddenLayers = z.array(hiddenLayer);

/** Fields of a run in a configuration file, with their defaults. */
export const runFields = z.strictObject({
  use: orShort<typeof sources, string>(sources, useForm, { type: "string", description: "one package or path" })
    .prefault([])
    .describe("packages or paths to load further dictionaries from, whose code is run"),
  from: z
    .string()
    .min(1)
    .optional()
    .describe("model file to start from, in place of random weights: its network must be the run's"),
  label: z.string().default("run").describe("name in tables and reports; not part of the run's identity"),
  data: orShort<typeof data, string>(data, dataForm, {
    type: "string",
    minLength: 1,
    description: `a data set, ${datasetNames.join(", ")}; or a folder of images`,
  }).prefault({}),
  network: orShort<typeof network, NetworkName>(network, networkForm, {
    type: "string",
    enum: networkNames,
    description: "network by its name, all layers dense",
  })
    .optional()
    .describe("network by its name, with the weights of its layers; mlp when absent"),
  hidden: orShort<typeof hiddenLayers, string | number | readonly (number | HiddenLayerInput)[]>(
    hiddenLayers,
    hiddenForm,
    unitsText,
  )
    .optional()
    .describe("shorthand for the network mlp: its hidden layers, each with its units and weights"),
  activation: z
    .enum(activationNames)
    .optional()
    .describe("shorthand for the network mlp: activation of the hidden layers; sigmoid when absent"),
  training: training.prefault({}),
  pretraining: pretraining.optional(),
  teacher: teacher.optional(),
  quantization: quantization.optional(),
  seed: integer().default(1),
});
