import { FileError } from "@weightcast/files/safetensors";
import { jsonIn, sizeOf } from "@weightcast/types";
import type { Tensor, TensorFile } from "../tensors/tensor";
import { costOf } from "./cost";
import type { GraphNode, WeightSpec } from "./graph";

/** Tensor of a TensorFlow.js model, with its entry of the manifest. */
export interface TfjsTensor extends Tensor {
  readonly spec: WeightSpec;
  /** All its bytes in the file. */
  readonly content: Uint8Array;
}

/** TensorFlow.js model as a table of its tensors. */
export interface TfjsFile extends TensorFile {
  readonly format: "tfjs-graph-model" | "tfjs-layers-model";
  /** `model.json` */
  readonly json: Readonly<Record<string, unknown>>;
  /** Nodes of a graph model. */
  readonly nodes: readonly GraphNode[];
  readonly tensors: readonly TfjsTensor[];
}

/** Paths of the weights of a TensorFlow.js model, from the folder of its `model.json`, in their order. */
export const weightPaths = (json: string, file = "model.json"): readonly string[] =>
  manifestOf(modelIn(json, file), file).paths;

/**
 * Tensors of a TensorFlow.js model: a graph model or a layers model.
 *
 * @param json text of `model.json`
 * @param weights the files of {@link weightPaths}, one after the other
 * @param file name for the messages
 * @throws FileError `FILE_DAMAGED` if it is no such model, or the weights are not as many as it says
 */
export function readTfjs(json: string, weights: Uint8Array, file = "model.json"): TfjsFile {
  const model = modelIn(json, file);
  const { specs } = manifestOf(model, file);
  const topology = model.modelTopology as Readonly<Record<string, unknown>>;
  const nodes = nodesIn(topology, file);
  const uses = usesOf(nodes);
  const inside = functionNames(topology);
  let at = 0;
  const tensors = specs.map((spec): TfjsTensor => {
    const size = sizeIn(spec, weights.subarray(at), file);
    if (at + size > weights.length)
      throw damaged(
        file,
        `its weights must have the bytes that it says; weight ${shown(spec.name)} ends at byte ${at + size} of ${weights.length}`,
      );
    const content = weights.subarray(at, at + size);
    at += size;
    return {
      ...{ spec, content, name: spec.name, shape: spec.shape, type: typeOf(spec), bytes: size },
      ...(inside.has(spec.name) && { open: true as const }),
      uses: uses.get(spec.name) ?? [],
      data: () => content,
    };
  });
  if (at !== weights.length)
    throw damaged(file, `its weights must have the ${at} bytes that it says; got ${weights.length}`);
  return {
    ...{ format: nodes.length > 0 ? "tfjs-graph-model" : "tfjs-layers-model", precision: "float32" },
    ...{ bytes: json.length + weights.length, json: model, nodes, tensors, region: () => "", cost: costOf },
  };
}

const damaged = (file: string, what: string) =>
  new FileError("FILE_DAMAGED", `${file}: ${what}; it is damaged, or no TensorFlow.js model`);

const shown = (value: unknown): string => (JSON.stringify(value) ?? "nothing").slice(0, 80);

function modelIn(text: string, file: string): Readonly<Record<string, unknown>> {
  const json = jsonIn(text);
  if (isObject(json) && isObject(json.modelTopology) && Array.isArray(json.weightsManifest)) return json;
  throw damaged(file, "it must be JSON with modelTopology and weightsManifest, each name once");
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function manifestOf(model: Readonly<Record<string, unknown>>, file: string) {
  const paths: string[] = [];
  const specs: WeightSpec[] = [];
  for (const group of model.weightsManifest as unknown[]) {
    if (!isObject(group) || !Array.isArray(group.paths) || !Array.isArray(group.weights))
      throw damaged(file, "its weightsManifest must have groups of paths and weights");
    for (const path of group.paths) {
      if (typeof path !== "string" || path.startsWith("/") || path.split(/[\\/]/).includes("..") || /^\w+:/.test(path))
        throw damaged(file, `the paths of its weights must lie in its folder; got ${shown(path)}`);
      paths.push(path);
    }
    for (const spec of group.weights) specs.push(specIn(spec, file));
  }
  if (new Set(specs.map(({ name }) => name)).size < specs.length)
    throw damaged(file, "its weights must have a name each");
  return { paths, specs };
}

function specIn(spec: unknown, file: string): WeightSpec {
  if (!isObject(spec) || typeof spec.name !== "string")
    throw damaged(file, `a weight must have a name; got ${shown(spec)}`);
  const { name, shape, dtype, quantization } = spec;
  if (!Array.isArray(shape) || !shape.every((length) => Number.isSafeInteger(length) && length >= 0))
    throw damaged(file, `weight ${shown(name)} must have a shape of whole numbers; got ${shown(shape)}`);
  if (typeof dtype !== "string" || !Object.hasOwn(sizes, dtype))
    throw damaged(file, `weight ${shown(name)} must be of type ${Object.keys(sizes).join(", ")}; got ${shown(dtype)}`);
  if (
    quantization !== undefined &&
    !(isObject(quantization) && ["uint8", "uint16", "float16"].includes(quantization.dtype as string))
  )
    throw damaged(
      file,
      `weight ${shown(name)} must be quantized as uint8, uint16 or float16; got ${shown(quantization)}`,
    );
  return spec as unknown as WeightSpec;
}

/** Bytes of an entry; 0 for texts, of which each says its own. */
const sizes: Readonly<Record<string, number>> = {
  float32: 4,
  int32: 4,
  bool: 1,
  complex64: 8,
  string: 0,
  uint8: 1,
  uint16: 2,
  float16: 2,
};

function sizeIn({ name, shape, dtype, quantization }: WeightSpec, rest: Uint8Array, file: string): number {
  const count = sizeOf(shape);
  if (dtype !== "string" || quantization) return count * sizes[quantization?.dtype ?? dtype]!;
  const view = new DataView(rest.buffer, rest.byteOffset, rest.byteLength);
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 4 > rest.length) throw damaged(file, `weight ${shown(name)} must have ${count} texts; got ${i}`);
    at += 4 + view.getUint32(at, true);
  }
  return at;
}

/** Type of the stored entries: numbers that are quantized differ from others in what they mean. */
function typeOf({ dtype, quantization }: WeightSpec): string {
  if (!quantization) return dtype;
  if (quantization.dtype === "float16") return "float16";
  return `${dtype} as ${quantization.dtype} · ${quantization.scale} + ${quantization.min}`;
}

function nodesIn(topology: Readonly<Record<string, unknown>>, file: string): readonly GraphNode[] {
  if (topology.node === undefined) return [];
  const isNode = (node: unknown): node is GraphNode =>
    isObject(node) &&
    typeof node.name === "string" &&
    typeof node.op === "string" &&
    (node.input === undefined || (Array.isArray(node.input) && node.input.every((input) => typeof input === "string")));
  if (!Array.isArray(topology.node) || !topology.node.every(isNode))
    throw damaged(file, "the nodes of its graph must have a name, an op and inputs");
  return topology.node;
}

/** Name of the node whose output an input is: `^a` and `a:0` of a. */
export const nodeOf = (input: string): string => input.replace(/^\^/, "").replace(/:\d+$/, "");

function usesOf(nodes: readonly GraphNode[]): ReadonlyMap<string, readonly string[]> {
  const uses = new Map<string, string[]>();
  const add = (name: string, by: string) => {
    const list = uses.get(name);
    if (list) list.push(by);
    else uses.set(name, [by]);
  };
  for (const { name, op, input = [] } of nodes) for (const one of input) add(nodeOf(one), `${op} ${name}`);
  return uses;
}

/** Names of nodes in a graph's functions, whose constants stay as they are. */
function functionNames(topology: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  const { library } = topology;
  const functions = isObject(library) && Array.isArray(library.function) ? library.function : [];
  return new Set(
    functions.flatMap((one) =>
      isObject(one) && Array.isArray(one.nodeDef)
        ? one.nodeDef.flatMap((node) => (isObject(node) && typeof node.name === "string" ? [node.name] : []))
        : [],
    ),
  );
}
