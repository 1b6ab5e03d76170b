import { input as inputTensor, type LayersModel, layers, model, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import { stream } from "@weightcast/random";
import { sizeOf } from "@weightcast/types";
import { isResidual, type Placed, type PlacedPart, type PlacedResidual, place } from "../plans/place";
import type { Connected, Convolution, Depthwise, Plan } from "../plans/plan";
import { predictable } from "../plans/predictable";
import { connectedLayer } from "./connected-layer";
import { convolutionLayer } from "./convolution-layer";
import { depthwiseLayer } from "./depthwise-layer";
import { moreChannels, plainLayer, sampling } from "./plain-layer";
import { chooseWeights, fanIn, gainOf, type LayerWeights, type WeightsChoice } from "./weights";

/** Options of {@link assemble}. */
export interface AssembleOptions {
  /** Weights of the predictable layers. @default all dense */
  readonly weights?: WeightsChoice;
  /** Each layer draws from a stream of its own, so that changing one leaves the others as they are. @default 0 */
  readonly seed?: number;
  /** Name of a layer with weights: the model then ends with what this layer takes as its input. @default the whole network */
  readonly until?: string;
}

/**
 * A plan as a TensorFlow.js model: input [batch, …plan.input], output [batch, classes].
 * @throws RangeError for an input that is too small for the network, weights that a layer refuses, or a layer that is not there
 */
export function assemble(plan: Plan, { weights, seed = 0, until }: AssembleOptions = {}): LayersModel {
  if (!Array.isArray(Object(plan).parts))
    throw new TypeError(`assemble: the plan must be one of a network, such as mlp.plan(); got ${JSON.stringify(plan)}`);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`${plan.name}: seed must be a safe integer; got ${seed}`);
  if (weights !== undefined && (weights === null || !["object", "function"].includes(typeof weights)))
    throw new TypeError(
      `${plan.name}: weights must be an object with the weights of layers by name, or a function of the layer; got ${JSON.stringify(weights)}`,
    );
  const placed = place(plan);
  // Checked first, so that invalid weights or shapes fail before anything is built.
  const chosen = weightsOf(plan, weights, until);
  const inputs = inputTensor({ shape: [...plan.input], name: "input" });
  const outputs: SymbolicTensor[] = [];
  const site: Site = {
    plan,
    until,
    start: (name, gain) => ({ name, gain, seed: stream(seed, name).uint32() }),
    weights: (name) => chosen.get(name) ?? { kind: "dense" },
    apply(layer, ...given) {
      const y = layer.apply(given.length === 1 ? given[0]! : given) as SymbolicTensor;
      outputs.push(y);
      return y;
    },
  };
  try {
    return model({ inputs, outputs: chain(placed, inputs, site).tensor, name: plan.name });
  } catch (error) {
    if (outputs.length > 0) model({ inputs, outputs }).dispose();
    throw error;
  }
}

/**
 * Weights of the predictable layers before `until`, by name.
 * @throws RangeError for the name of a layer that is not there
 */
function weightsOf(plan: Plan, choice: WeightsChoice | undefined, until: string | undefined) {
  const layers = predictable(plan);
  const names = layers.map(({ name }) => name);
  const unknown = typeof choice === "object" ? Object.keys(choice).find((name) => !names.includes(name)) : undefined;
  if (unknown !== undefined)
    throw new RangeError(
      `${plan.name}: weights must be for layers among ${names.join(", ")}; got ${JSON.stringify(unknown)}`,
    );
  if (until === undefined) return chooseWeights(layers, choice);
  const end = names.indexOf(until);
  if (end < 0 && !plan.parts.some((part) => "name" in part && part.name === until))
    throw new RangeError(
      `${plan.name}: until must be one of ${names.join(", ")}, logits; got ${JSON.stringify(until)}`,
    );
  return chooseWeights(end < 0 ? layers : layers.slice(0, end), choice);
}

/** Context in which the layers of a network are made. */
interface Site {
  readonly plan: Plan;
  readonly until: string | undefined;
  readonly start: (
    name: string,
    gain: number,
  ) => { readonly name: string; readonly gain: number; readonly seed: number };
  readonly weights: (name: string) => LayerWeights;
  readonly apply: (layer: layers.Layer, ...inputs: SymbolicTensor[]) => SymbolicTensor;
}

/** Tensor that some parts give, and whether the layer `until` was reached among them. */
interface Reached {
  readonly tensor: SymbolicTensor;
  readonly ended: boolean;
}

function chain(placed: readonly Placed[], first: SymbolicTensor, site: Site): Reached {
  let tensor = first;
  for (const one of placed) {
    if (one.name === site.until) return { tensor, ended: true };
    if (isResidual(one)) {
      const reached = residual(one, tensor, site);
      if (reached.ended) return reached;
      tensor = reached.tensor;
    } else tensor = layerOf(one, tensor, site);
  }
  return { tensor, ended: false };
}

function layerOf(placed: PlacedPart, x: SymbolicTensor, site: Site): SymbolicTensor {
  const { part, name } = placed;
  if (part.kind === "convolution") return convolution(placed as PlacedPart<Convolution>, x, site);
  if (part.kind === "depthwise") return depthwise(placed as PlacedPart<Depthwise>, x, site);
  if (part.kind === "connected") return connected(placed as PlacedPart<Connected>, x, site);
  return site.apply(plainLayer(part, name, site.plan.activation), x);
}

/** Gain of a layer's first weights on top of Glorot's: the activation's, and for `unit` the factor to a variance of 1 / fan in. */
const gainFor = ({ activation, start }: Plan, inputs: number, outputs: number, logits = false): number =>
  (logits ? 1 : gainOf(activation)) * (start === "unit" ? fanIn(inputs, outputs) : 1);

function convolution({ part, name, input }: PlacedPart<Convolution>, x: SymbolicTensor, site: Site): SymbolicTensor {
  const { filters, size, strides = 1, padding = "same", useBias = true } = part;
  const gain = gainFor(site.plan, input[2]!, filters);
  const window = { filters, kernelSize: [size, size] as [number, number], strides, padding, useBias };
  return site.apply(convolutionLayer(site.weights(name), { ...site.start(name, gain), ...window }), x);
}

function depthwise({ part: { size }, name, input }: PlacedPart<Depthwise>, x: SymbolicTensor, site: Site) {
  // The variance of tf.layers' start counts the kernels of all channels as if each filter saw them all.
  const gain = gainFor(site.plan, input[2]!, 1) * (site.plan.start === "unit" ? Math.sqrt(input[2]!) : 1);
  return site.apply(depthwiseLayer(site.weights(name), { ...site.start(name, gain), size }), x);
}

function connected({ part, name, input }: PlacedPart<Connected>, x: SymbolicTensor, site: Site): SymbolicTensor {
  const { units, logits = false, activated = false } = part;
  const weights: LayerWeights = logits ? { kind: "dense" } : site.weights(name);
  const flatten = (y: SymbolicTensor) => site.apply(layers.flatten({ name: `${name}_flatten` }), y);
  const activation = activated ? { activation: site.plan.activation } : {};
  const flat = input.length === 1;
  if (flat || weights.kind !== "factorized") {
    const gain = gainFor(site.plan, sizeOf(input), units, logits);
    const layer = connectedLayer(weights, { ...site.start(name, gain), units, ...activation });
    return site.apply(layer, flat ? x : flatten(x));
  }
  // As a convolution whose window is the whole map: its dictionary then knows rows and columns.
  const [rows, columns, channels] = input as readonly [number, number, number];
  const window = {
    filters: units,
    kernelSize: [rows, columns] as [number, number],
    strides: 1,
    padding: "valid",
  } as const;
  const start = site.start(name, gainFor(site.plan, channels, units));
  return flatten(site.apply(convolutionLayer(weights, { ...start, ...window, useBias: true, ...activation }), x));
}

function residual(placed: PlacedResidual, x: SymbolicTensor, site: Site): Reached {
  const body = chain(placed.body, x, site);
  if (body.ended) return body;
  const { part, sampling: sampler, channels } = placed;
  const sampled = sampler === undefined ? x : site.apply(sampling(sampler, part.strides), x);
  const shortcut = channels === undefined ? sampled : site.apply(moreChannels(channels.name, channels.more), sampled);
  return { tensor: site.apply(layers.add({ name: placed.name }), body.tensor, shortcut), ended: false };
}
