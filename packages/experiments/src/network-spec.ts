import { z } from "zod";
import { basis, columns, dictionary, options, proportion, selection } from "./layer-fields";

const stages = [1, 2, 3].flatMap((stage) =>
  [1, 2, 3].flatMap((block) => [1, 2].map((conv) => `stage_${stage}_block_${block}_conv_${conv}`)),
);

/**
 * Networks of @weightcast/models that a run may name, each with its layers that can be predicted, from the input on. Written
 * out so that a specification is checked without TensorFlow.js; networks.test.ts holds them against their owner.
 */
export const networkLayers = {
  convnet: ["conv_1", "conv_2", "conv_3", "fc_1"],
  lenet5: ["conv_1", "conv_2", "fc_1", "fc_2"],
  "all-convolutional": ["conv_1", "conv_2", "conv_3", "conv_4", "conv_5", "conv_6", "conv_7", "conv_8"],
  resnet20: ["conv_1", ...stages],
} as const satisfies Record<string, readonly string[]>;

/** A network by its name. */
export type NetworkName = keyof typeof networkLayers;

const networkNames = Object.keys(networkLayers) as [NetworkName, ...NetworkName[]];

/** A layer of a network: its dictionary is over the grid of its kernel, the same for every channel. */
const networkLayer = z.discriminatedUnion("weights", [
  z.strictObject({ weights: z.literal("dense") }),
  z.strictObject({
    weights: z.literal("factorized"),
    dictionary,
    options,
    proportion,
    columns: columns.default(1),
    selection,
    basis: basis.default("orthonormal"),
  }),
]);

/** A network of @weightcast/models instead of hidden layers; layers that are not named are dense. */
export const network = z
  .strictObject({
    model: z.enum(networkNames),
    layers: z.record(z.string(), networkLayer).default({}).describe("layers by name; those not named are dense"),
  })
  .superRefine(({ model, layers }, context) => {
    const known: readonly string[] = networkLayers[model];
    for (const name of Object.keys(layers))
      if (!known.includes(name))
        context.addIssue({
          code: "custom",
          path: ["layers", name],
          message: `must be a layer of ${model}: ${known.join(", ")}`,
          input: name,
        });
  })
  .transform(({ model, layers }) => ({
    model,
    // In the network's order, and only what is predicted: a run has one way to be written.
    layers: Object.fromEntries(
      (networkLayers[model] as readonly string[]).flatMap((name) => {
        const layer = layers[name];
        return layer?.weights === "factorized" ? [[name, layer]] : [];
      }),
    ),
  }));

/** The network of a run: which one, and its predicted layers. */
export type NetworkSpec = z.output<typeof network>;
/** A predicted layer of a network. */
export type NetworkLayerSpec = NetworkSpec["layers"][string];
