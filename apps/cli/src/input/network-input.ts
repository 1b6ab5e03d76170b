import { type NetworkName, networkNames, type PredictableLayer } from "@weightcast/models/plans";
import { type LayerInput, layersBy, layersOf } from "@weightcast/runs/spec";
import { usageError } from "../errors";
import { asList, asObject, type Unchecked } from "./unchecked";

/** Flags that describe the network and the weights of its layers. */
export interface NetworkFlags {
  readonly network?: string;
  readonly method?: string;
  readonly dictionary?: readonly string[];
  readonly proportion?: number;
  readonly columns?: number;
  readonly hidden?: readonly number[];
}

/** Learned share of each predicted layer's weights if --proportion is not given: the paper's "5% learned". */
export const defaultProportion = 0.05;

/**
 * Run whose network follows the flags; what they do not mention stays as in the file. Faults of the file itself are left for
 * the schema to report.
 * @throws a usage error if flags contradict each other or the file
 */
export function withNetwork(input: Unchecked, flags: NetworkFlags): Unchecked {
  const { network: name, method, dictionary, hidden } = flags;
  if (method !== undefined && dictionary !== undefined)
    throw usageError("--method and --dictionary both choose the weights of the layers; give one of them");
  const model: unknown = name ?? modelOf(input);
  if (typeof model !== "string") return input; // a fault of the file
  if (hidden !== undefined && model !== "mlp")
    throw usageError(`--hidden is for the network mlp; ${model} has layers of its own`);
  if (method !== undefined || dictionary !== undefined) return filled(input, model, flags);
  if (model !== modelOf(input) && describesLayers(input))
    throw usageError(
      `--network ${model} contradicts the configuration file, which describes layers of ${modelOf(input)}; leave one of them out, or choose all layers by --method or --dictionary`,
    );
  return adjusted(input, model, flags);
}

/** Network that a file names: mlp if it names none. */
const modelOf = ({ network }: Unchecked): unknown => asObject(network).model ?? "mlp";

/** Whether a file describes layers, which belong to one network. */
const describesLayers = ({ network, hidden }: Unchecked): boolean =>
  asList(hidden).length > 0 ||
  asList(asObject(network).hidden).length > 0 ||
  Object.keys(asObject(asObject(network).layers)).length > 0;

/** Run with every layer chosen by --method or --dictionary, and a label that names the choice unless the file has one. */
function filled(input: Unchecked, model: unknown, flags: NetworkFlags): Unchecked {
  const network = model === modelOf(input) ? asObject(input.network) : {};
  const hidden = model === "mlp" ? (flags.hidden ?? unitsOf(input)) : undefined;
  if (!isSound(input) || !isNetwork(model) || !isUnits(hidden)) return input;
  const { widths } = network;
  if (!isUnits(widths)) return input;
  const layers = chosenLayers({ model, ...(hidden && { hidden }), ...(widths && { widths }) }, flags);
  const { hidden: _, ...rest } = input;
  return {
    ...rest,
    label: input.label ?? flags.method ?? flags.dictionary?.join("-"),
    network: { ...network, model, ...(hidden && { hidden }), layers },
  };
}

/** Whether a file describes at most one network, by an object or by the shorthand's list. */
const isSound = ({ network, hidden }: Unchecked): boolean =>
  network === undefined
    ? hidden === undefined || Array.isArray(hidden)
    : network === asObject(network) && asList(hidden).length === 0;

const isNetwork = (model: unknown): model is NetworkName => (networkNames as readonly unknown[]).includes(model);

const isUnits = (hidden: unknown): hidden is readonly number[] | undefined =>
  hidden === undefined ||
  (Array.isArray(hidden) && hidden.length > 0 && hidden.every((units) => Number.isSafeInteger(units) && units > 0));

/** Units of the hidden layers in a file, if it has any. */
function unitsOf({ network, hidden }: Unchecked): unknown {
  const layers = asList(hidden).map(asObject);
  return layers.length > 0 ? layers.map(({ units }) => units) : asObject(network).hidden;
}

/** Layers of a network by --method or --dictionary. */
function chosenLayers(network: Parameters<typeof layersOf>[0], flags: NetworkFlags) {
  const { model } = network;
  const predictable = layersOf(network);
  const { method, dictionary = [] } = flags;
  return method === undefined
    ? byDictionary(dictionary, model, predictable, flags)
    : byMethod(method, model, predictable, flags);
}

/** Layers of a network by a method of the paper's figures. */
function byMethod(
  method: string,
  model: NetworkName,
  predictable: readonly PredictableLayer[],
  { proportion = defaultProportion, columns }: NetworkFlags,
): Readonly<Record<string, LayerInput>> {
  const layers = layersBy(method, predictable, { proportion, ...(columns !== undefined && { columns }) });
  if (Object.keys(layers).length === 0 && method !== "nokernel")
    throw usageError(`--method ${method} predicts no layer of ${model}; choose another method or network`);
  return layers;
}

/** Layers of a network by the dictionary named for all of them, or by one for each; "dense" and "low-rank" are names too. */
function byDictionary(
  names: readonly string[],
  model: NetworkName,
  predictable: readonly PredictableLayer[],
  { proportion = defaultProportion, columns }: NetworkFlags,
): Readonly<Record<string, LayerInput>> {
  if (names.length !== 1 && names.length !== predictable.length)
    throw usageError(
      `--dictionary must name one dictionary, or one for each of the ${predictable.length} predictable layers of ${model} (${predictable.map(({ name }) => name).join(", ")}); got ${names.join(",")}`,
    );
  const layer = (name: string): LayerInput => {
    if (name === "dense") return { weights: "dense" };
    if (name === "low-rank") return { weights: "low-rank", proportion };
    return { weights: "factorized", dictionary: name, proportion, ...(columns !== undefined && { columns }) };
  };
  return Object.fromEntries(
    predictable.map(({ name }, i) => [name, layer(names.length === 1 ? names[0]! : names[i]!)]),
  );
}

/** Run with the file's layers, in a named network, with other units, another proportion or other columns. */
function adjusted(input: Unchecked, model: unknown, flags: NetworkFlags): Unchecked {
  const { network: name, hidden } = flags;
  if (input.network === undefined && model === "mlp") return adjustedHidden(input, flags);
  const network = model === modelOf(input) ? asObject(input.network) : {};
  const layers = Object.entries(asObject(network.layers)).map(([key, layer]) => [key, asObject(layer)] as const);
  checkPredicted(
    layers.map(([, layer]) => layer),
    flags,
  );
  if (name === undefined && (hidden ?? flags.proportion ?? flags.columns) === undefined) return input;
  return {
    ...input,
    network: {
      ...network,
      ...(name !== undefined && { model }),
      ...(hidden && { hidden }),
      ...(layers.length > 0 && {
        layers: Object.fromEntries(layers.map(([key, layer]) => [key, adjustedLayer(layer, flags)])),
      }),
    },
  };
}

/** The same for the shorthand `hidden`, a list of layers with their units. */
function adjustedHidden(input: Unchecked, flags: NetworkFlags): Unchecked {
  const { hidden, proportion, columns } = flags;
  const layers = asList(input.hidden).map(asObject);
  if (layers.length > 0 && hidden !== undefined && layers.length !== hidden.length)
    throw usageError(
      `--hidden must give units for the ${layers.length} hidden layers of the configuration file; got ${hidden.join(",")}`,
    );
  checkPredicted(layers, flags);
  if (hidden === undefined && proportion === undefined && columns === undefined) return input;
  const dense = hidden?.map((): Unchecked => ({ weights: "dense" })) ?? [];
  return {
    ...input,
    hidden: (layers.length > 0 ? layers : dense).map((layer, i) => ({
      ...adjustedLayer(layer, flags),
      ...(hidden && { units: hidden[i] }),
    })),
  };
}

const isPredicted = ({ weights }: Unchecked): boolean => weights === "factorized" || weights === "low-rank";
const hasColumns = ({ weights }: Unchecked): boolean => weights === "factorized";

/** @throws a usage error if --proportion or --columns is given and no layer has such a field */
function checkPredicted(layers: readonly Unchecked[], { proportion, columns }: NetworkFlags): void {
  const isIdle = {
    proportion: proportion !== undefined && !layers.some(isPredicted),
    columns: columns !== undefined && !layers.some(hasColumns),
  };
  if (isIdle.proportion || isIdle.columns)
    throw usageError(
      `--${isIdle.proportion ? "proportion" : "columns"} needs a predicted layer; add --method or --dictionary, such as --method SE-Emp`,
    );
}

const adjustedLayer = (layer: Unchecked, { proportion, columns }: NetworkFlags): Unchecked => ({
  ...layer,
  ...(proportion !== undefined && isPredicted(layer) && { proportion }),
  ...(columns !== undefined && hasColumns(layer) && { columns }),
});
