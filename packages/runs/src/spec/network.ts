import {
  type NetworkName,
  networkNames,
  type Plan,
  type PredictableLayer,
  plans,
  predictable,
} from "@weightcast/models/plans";
import { z } from "zod";
import { integer } from "./integer";
import { type HiddenLayer, type LayerSpec, layerDefaults, layerWeights, type PredictedSpec } from "./layers";
import { unitsForm } from "./short-forms";
import { orShort } from "./text-form";
import { areUsual, hasWidths, widthOptions, widthsRule, widthsText } from "./widths";

/** Activation functions of a multilayer perceptron's hidden layers. */
export const activationNames = ["sigmoid", "relu", "tanh"] as const;
/** Activation function of a multilayer perceptron's hidden layers. */
export type ActivationName = (typeof activationNames)[number];

const units = z.array(integer().min(1)).min(1);

/** Units of hidden layers as text, or of one as a number, in the JSON Schema. */
export const unitsText = {
  type: ["string", "integer"],
  pattern: "^ *[1-9][0-9]* *(, *[1-9][0-9]* *)*$",
  minimum: 1,
  description: "units, separated by commas, such as 500,500",
} as const;

/** Schema of a run's network: a plan of @weightcast/models by name, its options, and the weights of its layers. */
export const network = z.strictObject({
  model: z.enum(networkNames),
  hidden: orShort<typeof units, string | number>(units, unitsForm, unitsText)
    .optional()
    .describe("units of the hidden layers of mlp, from the input on; [500, 500] when absent"),
  activation: z.enum(activationNames).optional().describe("of the hidden layers of mlp; sigmoid when absent"),
  widths: z.array(integer().min(1)).min(1).optional().describe(widthsText),
  layers: z.record(z.string(), layerWeights).default({}).describe("layers by name; those not named are dense"),
});

/** Network as it is written. */
export type NetworkInput = z.output<typeof network>;

/** Network of a run, resolved: which one, and its predicted layers, in the network's order. */
export interface NetworkSpec {
  readonly model: NetworkName;
  /** Units of the hidden layers of mlp. */
  readonly hidden?: readonly number[];
  /** Activation function of mlp. */
  readonly activation?: ActivationName;
  /** Filters and units of the layers of lenet5, filters of the stages of resnet20, or channels of convmixer. */
  readonly widths?: readonly number[];
  readonly layers: Readonly<Record<string, PredictedSpec>>;
}

/** What decides the shapes of a network, besides the images. */
export type NetworkSizes = Pick<NetworkSpec, "model" | "hidden" | "activation" | "widths">;

/** The paper's hidden layers for MNIST. */
const paperHidden = [500, 500];

/**
 * Plan of a run's network.
 * @param images shape of one image and number of classes @default those of the plan
 * @throws RangeError if a network for images is given anything else, or images that are too small
 */
export function planOf(
  { model, hidden, activation, widths }: NetworkSizes,
  images?: { readonly shape: readonly number[]; readonly classes: number },
): Plan {
  const classes = images && { classes: images.classes };
  if (model === "mlp")
    return plans.mlp({
      ...classes,
      ...(images && { input: images.shape }),
      ...(hidden && { hidden }),
      ...(activation && { activation }),
    });
  if (images && images.shape.length !== 2 && images.shape.length !== 3)
    throw new RangeError(
      `data: network ${model} needs images, [rows, columns] or [rows, columns, channels]; got [${images.shape.join(", ")}]`,
    );
  const sizes = {
    ...classes,
    ...(images && { input: [images.shape[0]!, images.shape[1]!, images.shape[2] ?? 1] }),
  };
  return plans[model]({ ...sizes, ...(widths && hasWidths(model) && widthOptions(model, widths)) });
}

/** Layers of a network that can be predicted, in order, with their names; sizes are those of the plan's default images. */
export const layersOf = (network: NetworkSizes): PredictableLayer[] => predictable(planOf(network));

/** Layer as its dictionary sees it: over whole patches, if its weights say so, and then shared by no channels. */
export const layerUnder = (layer: PredictableLayer, weights: LayerSpec | undefined): PredictableLayer =>
  weights?.weights === "factorized" && weights.over === "patch"
    ? { ...layer, kernel: [...layer.kernel, layer.channels], channels: 1 }
    : layer;

/** Hidden layers of the shorthand as a multilayer perceptron. */
export function perceptron(layers: readonly HiddenLayer[] | undefined, activation: ActivationName | undefined) {
  const { hidden = paperHidden, weights } = layers
    ? { hidden: layers.map(({ units }) => units), weights: layers.map(({ units: _, ...layer }): LayerSpec => layer) }
    : { weights: [] };
  return {
    model: "mlp" as const,
    hidden,
    ...(activation && { activation }),
    layers: Object.fromEntries(weights.map((layer, i) => [`hidden_${i + 1}`, layer])),
  };
}

/** Whether a layer can be pre-trained as an autoencoder: fully connected, to a flat input or with weights that take it flat. */
export const canPretrain = ({ kind, input }: PredictableLayer, weights: LayerSpec["weights"] = "dense"): boolean =>
  kind === "connected" && (input.length === 1 || weights !== "factorized");

/** Fault of a field: its path, the rule, and what it is @default the value at the path. */
export type Fault = readonly [path: readonly (string | number)[], message: string, got?: unknown];

/** Faults of a network that its fields do not show one by one. */
export function networkFaults({ model, hidden, activation, widths, layers }: NetworkInput): Fault[] {
  // Zod reports sizes that are out of range by itself, and calls this all the same.
  if (hidden?.length === 0 || hidden?.some((units) => !(units >= 1))) return [];
  if (widths && (widths.length === 0 || widths.some((width) => !(width >= 1)))) return [];
  const rule = widths && widthsRule(model, widths);
  if (rule !== undefined) return [[["widths"], rule]];
  if (model !== "mlp") {
    if (hidden !== undefined)
      return [[["hidden"], `must be absent: ${model} has layers of its own, only mlp has hidden ones`]];
    if (activation !== undefined && activation !== "relu")
      return [[["activation"], `must be relu, as ${model} has it, or absent`]];
  }
  const known = new Map(
    layersOf({ model, ...(hidden && { hidden }), ...(widths && { widths }) }).map((layer) => [layer.name, layer]),
  );
  return Object.entries(layers).flatMap(([name, layer]): Fault[] => {
    const found = known.get(name);
    if (!found) return [[["layers", name], `must be a layer of ${model}: ${[...known.keys()].join(", ")}`, name]];
    return layerFaults(found, layer, defaultsOf(model).columns).map(([path, ...rest]) => [
      ["layers", name, ...path],
      ...rest,
    ]);
  });
}

function layerFaults(
  { name, kind, kernel, filters, window }: PredictableLayer,
  layer: LayerSpec,
  defaultColumns: number,
): Fault[] {
  if (layer.weights === "low-rank" && kind !== "connected")
    return [
      [
        ["weights"],
        `must be dense or factorized: ${name} is a convolution, and low-rank is for fully connected layers`,
      ],
    ];
  const { columns = defaultColumns } = layer.weights === "factorized" ? layer : { columns: 1 };
  if (
    layer.weights === "factorized" &&
    layer.mapActivation !== undefined &&
    (kind !== "convolution" || kernel.length !== 2)
  )
    return [[["mapActivation"], `must be absent: ${name} is not a convolution of several places`, layer.mapActivation]];
  if (layer.weights === "factorized" && layer.mapActivation !== undefined && columns !== 1)
    return [[["columns"], "must be 1 with mapActivation", columns]];
  if (layer.weights === "factorized" && layer.over !== undefined) {
    if (kind === "depthwise" || kernel.length !== 2 || !window)
      return [[["over"], `must be absent: ${name} has no channels that share atoms`, layer.over]];
    if (layer.mapActivation !== undefined) return [[["over"], "must be absent with mapActivation", layer.over]];
  }
  if (filters % columns === 0) return [];
  const rule =
    kind === "depthwise"
      ? "must be 1: every channel of a depthwise convolution has a filter of its own"
      : `must divide the layer's ${filters} ${kind === "convolution" ? "filters" : "units"} equally`;
  return [[["columns"], rule, columns]];
}

/** Defaults of a factorized layer in a network. */
const defaultsOf = (model: NetworkName) => (model === "mlp" ? layerDefaults.mlp : layerDefaults.images);

/**
 * A network with its defaults: layers in the network's order, only those that are predicted, so that a run has one way to be
 * written.
 */
export function resolveNetwork(input: NetworkInput): NetworkSpec {
  const { model, hidden = paperHidden, activation = "sigmoid", widths, layers } = input;
  const isUsual = !widths || areUsual(model, widths);
  const own = model === "mlp" ? { hidden, activation } : isUsual ? {} : { widths };
  const defaults = defaultsOf(model);
  const predicted = layersOf({ model, ...own }).flatMap(({ name }) => {
    const layer = layers[name];
    if (!layer || layer.weights === "dense") return [];
    return [[name, layer.weights === "factorized" ? { ...defaults, ...layer } : layer] as const];
  });
  return { model, ...own, layers: Object.fromEntries(predicted) };
}
