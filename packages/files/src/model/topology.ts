/*
 * Topology of a model in a file, checked before TensorFlow.js sees it, which reads any value as what it expects, and waits forever for a
 * layer that never comes.
 */

import { jsonIn } from "@weightcast/types";
import { shown } from "../safetensors/read";

type Entries = Readonly<Record<string, unknown>>;

/** A class and its configuration, as TensorFlow.js writes models, layers, initializers. */
interface Kind {
  readonly className: string;
  readonly config: Entries;
}

/** Layers of a model at most: TensorFlow.js looks through all of them for each one that waits for another. */
const mostLayers = 10_000;

/** Classes that are models, which layers can be, too. */
const models: readonly string[] = ["Sequential", "Model", "Functional"];

/**
 * Names of a topology's entries as TensorFlow.js reads them: `class_name` is className, and so is `class__name`.
 * The values stay as they are.
 */
function withNames(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withNames);
  const name = (key: string) =>
    key.length > 1 ? key.replace(/_+(\w|$)/g, (_, letter: string) => letter.toUpperCase()) : key;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [name(key), withNames(entry)]));
}

/** What is wrong with a topology; undefined if TensorFlow.js can read it. */
export function faultOf(topology: unknown): string | undefined {
  const kind = kindIn(withNames(topology));
  if (!kind || !models.includes(kind.className)) return "must be a model: { class_name, config }";
  return modelFault(kind);
}

function modelFault({ className, config }: Kind): string | undefined {
  const list = className === "Sequential" && Array.isArray(config) ? (config as unknown) : config.layers;
  if (!Array.isArray(list)) return "must list the layers of every model";
  if (list.length > mostLayers) return `must have at most ${mostLayers} layers; got ${list.length}`;
  for (const [i, entry] of list.entries()) {
    const kind = kindIn(entry);
    if (!kind) return `must have { class_name, config } for layer ${i + 1}`;
    const fault = layerFault(kind, `layer ${i + 1}`);
    if (fault) return fault;
  }
  return className === "Sequential" ? undefined : graphFault(config, list as readonly Layer[]);
}

function layerFault(kind: Kind, where: string): string | undefined {
  const { className, config } = kind;
  if (models.includes(className)) return modelFault(kind);
  const { name, batchInputShape: shape, trainable, layer, recipe } = config;
  if (typeof name !== "string" || name === "") return `must have a name for ${where}, ${shown(className)}`;
  if (shape !== undefined && shape !== null && !(Array.isArray(shape) && shape.every(isLength)))
    return `must have lengths or null in the batch_input_shape of ${shown(name)}`;
  if (trainable !== undefined && typeof trainable !== "boolean")
    return `must say true or false for trainable of ${shown(name)}`;
  if (typeof recipe === "string" && jsonIn(recipe) === undefined)
    return `must hold the recipe of ${shown(name)} as JSON`;
  if (layer === undefined) return undefined;
  const inner = kindIn(layer);
  return inner
    ? layerFault(inner, `the layer in ${shown(name)}`)
    : `must have { class_name, config } for the layer in ${shown(name)}`;
}

/** Layer of a model that is a graph. */
interface Layer extends Kind {
  readonly name?: unknown;
  readonly inboundNodes?: unknown;
}

/** An output of a layer: its name, the number of its call, and the number of the output. */
type Place = readonly [name: string, call: number, output: number, ...rest: unknown[]];

function graphFault({ inputLayers, outputLayers }: Entries, layers: readonly Layer[]): string | undefined {
  const calls = new Map<string, number>();
  for (const { name, className, config, inboundNodes } of layers) {
    if (typeof name !== "string" || config.name !== name) return "must name every layer as its configuration does";
    if (calls.has(name)) return `must have one layer of the name ${shown(name)}`;
    if (!isPlaces(inboundNodes, 2)) return `must list the inputs of ${shown(name)} as [name, call, output]`;
    // A model and an input are there without a call.
    calls.set(name, models.includes(className) || className === "InputLayer" ? 1 : 0);
  }
  if (!isPlaces(inputLayers, 1) || !isPlaces(outputLayers, 1))
    return "must list its inputs and outputs as [name, call, output]";
  const reached = ([name, call]: Place) => call < (calls.get(name) ?? 0);
  let waiting = layers.flatMap(({ name, inboundNodes }) =>
    (inboundNodes as readonly (readonly Place[])[]).map((inputs) => ({ name: name as string, inputs })),
  );
  // As often as a call becomes possible: TensorFlow.js tries without end.
  for (let before = -1; before !== waiting.length; ) {
    before = waiting.length;
    waiting = waiting.filter(({ name, inputs }) => {
      if (!inputs.every(reached)) return true;
      if (inputs.length > 0) calls.set(name, calls.get(name)! + 1);
      return false;
    });
  }
  if (waiting[0]) return `must lead from its inputs to ${shown(waiting[0].name)}, and does not`;
  const lost = [...(inputLayers as readonly Place[]), ...(outputLayers as readonly Place[])].find(
    (place) => !reached(place),
  );
  return lost && `must have its input or output ${shown(lost[0])} among its layers`;
}

/** Whether a value is a list of places, or at depth 2 of such lists. */
function isPlaces(value: unknown, depth: 1 | 2): boolean {
  if (!Array.isArray(value)) return false;
  if (depth === 2) return value.every((entry) => isPlaces(entry, 1));
  return value.every(
    (entry) => Array.isArray(entry) && typeof entry[0] === "string" && isCount(entry[1]) && isCount(entry[2]),
  );
}

function kindIn(value: unknown): Kind | undefined {
  const { className, config } = Object(value) as Partial<Kind>;
  return typeof className === "string" && typeof config === "object" && config !== null ? (value as Kind) : undefined;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const isLength = (value: unknown): boolean => value === null || isCount(value);
