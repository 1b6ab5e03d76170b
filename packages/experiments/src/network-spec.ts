import { z } from "zod";
import { basis, columns, dictionary, options, proportion, selection } from "./layer-fields";
import { selectionFault } from "./selection-fault";

/** Layers by name, with their filters or units. */
type Layers = Readonly<Record<string, number>>;

const stages: Layers = Object.fromEntries(
  [16, 32, 64].flatMap((filters, stage) =>
    [1, 2, 3].flatMap((block) =>
      [1, 2].map((conv) => [`stage_${stage + 1}_block_${block}_conv_${conv}`, filters] as const),
    ),
  ),
);

/**
 * Networks of @weightcast/models that a run may name, each with its layers that can be predicted, from the input on, and how
 * many filters or units these have. Written out so that a specification is checked without TensorFlow.js; fig5.test.ts holds
 * them against their owner.
 */
export const networkLayers = {
  convnet: { conv_1: 48, conv_2: 64, conv_3: 64, fc_1: 500 },
  lenet5: { conv_1: 6, conv_2: 16, fc_1: 120, fc_2: 84 },
  "all-convolutional": {
    ...{ conv_1: 96, conv_2: 96, conv_3: 96, conv_4: 192 },
    ...{ conv_5: 192, conv_6: 192, conv_7: 192, conv_8: 192 },
  },
  resnet20: { conv_1: 16, ...stages },
} satisfies Record<string, Layers>;

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
    const known: Layers = networkLayers[model];
    const refuse = (path: string[], message: string, input: unknown) =>
      context.addIssue({ code: "custom", path: ["layers", ...path], message, input });
    for (const [name, layer] of Object.entries(layers)) {
      const filters = known[name];
      if (filters === undefined) {
        refuse([name], `must be a layer of ${model}: ${Object.keys(known).join(", ")}`, name);
        continue;
      }
      if (layer.weights === "dense") continue;
      const { columns, selection, dictionary } = layer;
      if (filters % columns !== 0)
        refuse([name, "columns"], `must divide the layer's ${filters} filters equally`, columns);
      const fault = selectionFault(selection, dictionary, { samples: false });
      if (fault !== undefined) refuse([name, "selection"], fault, selection);
    }
  })
  .transform(({ model, layers }) => ({
    model,
    // In the network's order, and only what is predicted: a run has one way to be written.
    layers: Object.fromEntries(
      Object.keys(networkLayers[model]).flatMap((name) => {
        const layer = layers[name];
        return layer?.weights === "factorized" ? [[name, layer]] : [];
      }),
    ),
  }));

/** The network of a run: which one, and its predicted layers. */
export type NetworkSpec = z.output<typeof network>;
/** A predicted layer of a network. */
export type NetworkLayerSpec = NetworkSpec["layers"][string];
