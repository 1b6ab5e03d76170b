import { FileError } from "@weightcast/files/safetensors";
import type { Tensor, TensorFile } from "../tensors/tensor";
import { WireError } from "../wire/fields";
import { costOf } from "./cost";
import { type OnnxModel, onnxModel, type Scope } from "./scopes";
import type { TensorProto } from "./tensor-proto";

/** Tensor of an ONNX file, and where it is defined. */
export interface OnnxTensor extends Tensor {
  readonly scope: Scope;
  /** Name in its scope. */
  readonly local: string;
}

/** ONNX file as a table of its tensors. */
export interface OnnxFile extends TensorFile {
  readonly format: "onnx";
  readonly model: OnnxModel;
  readonly source: Uint8Array;
  readonly tensors: readonly OnnxTensor[];
}

/**
 * Tensors of an ONNX file: initializers and constants, those of branches and loops too.
 *
 * @param file name for the messages
 * @throws FileError `FILE_DAMAGED` if it is no ONNX file
 */
export function readOnnx(bytes: Uint8Array, file = "onnx"): OnnxFile {
  try {
    const model = onnxModel(bytes);
    const tensors = tensorsIn(model);
    const scopes = new Map(tensors.map((tensor) => [tensor.name, tensor.scope]));
    return {
      ...{ format: "onnx", bytes: bytes.length, source: bytes, model, tensors, precision: "float64" },
      cost: costOf,
      region: (copies) => regionOf(copies.map(({ name }) => scopes.get(name)!)),
    };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new FileError("FILE_DAMAGED", `${file}: ${error.message}; it is damaged, or no ONNX file`, error);
  }
}

/** Copies in different graphs become one in the model's own graph, which all others see. */
const regionOf = (scopes: readonly Scope[]): string => (new Set(scopes).size === 1 ? scopes[0]!.path : "");

function tensorsIn({ graph, irVersion }: OnnxModel): readonly OnnxTensor[] {
  const scopes = scopesIn(graph);
  const found = scopes.flatMap((scope) => {
    const inputs = new Set(scope.inputs);
    const constants = scope.nodes.flatMap(({ constant, outputs }) =>
      constant && outputs[0] !== undefined ? [{ local: outputs[0], proto: constant }] : [],
    );
    const all = [...scope.initializers.map((proto) => ({ local: proto.name, proto })), ...constants];
    if (new Set(all.map(({ local }) => local)).size < all.length)
      throw new WireError("its constants must have a name each");
    // Up to version 3, every initializer had to be an input.
    return all.map((one) => ({ ...one, scope, overridable: irVersion >= 4 && inputs.has(one.local) }));
  });
  const uses = usesIn(graph);
  const unique = uniqueNames(found);
  return found.map(({ local, proto, scope, overridable }, i) => ({
    ...{ local, scope, name: unique[i]!, ...(overridable && { open: true as const }) },
    ...fact(proto),
    uses: uses.get(scope)?.get(local) ?? [],
  }));
}

const fact = ({ shape, type, bytes, data }: TensorProto) => ({ shape, type, bytes, data });

/** Names that are the same in several graphs, with the path of the graph in front. */
function uniqueNames(found: readonly { readonly local: string; readonly scope: Scope }[]): readonly string[] {
  const count = new Map<string, number>();
  for (const { local } of found) count.set(local, (count.get(local) ?? 0) + 1);
  const taken = new Set<string>();
  return found.map(({ local, scope }) => {
    const wished = count.get(local)! > 1 && scope.path !== "" ? `${scope.path}/${local}` : local;
    for (let k = 1; ; k++) {
      const name = k === 1 ? wished : `${wished} (${k})`;
      if (!taken.has(name) && taken.add(name)) return name;
    }
  });
}

/** A graph and all graphs in it. */
export const scopesIn = (scope: Scope): readonly Scope[] => [
  scope,
  ...scope.nodes.flatMap(({ graphs }) => graphs.flatMap(scopesIn)),
];

/** Names of the nodes that read a name, by the graph that defines it. */
function usesIn(graph: Scope): ReadonlyMap<Scope, ReadonlyMap<string, string[]>> {
  const uses = new Map<Scope, Map<string, string[]>>();
  for (const scope of scopesIn(graph)) {
    const read = scope.nodes.flatMap(({ inputs, name, op }) =>
      inputs.map((input) => [input, `${op} ${name}`] as const),
    );
    for (const [input, by] of [...read, ...scope.outputs.map((output) => [output, "output"] as const)]) {
      const home = definedIn(scope, input);
      if (!home) continue;
      if (!uses.has(home)) uses.set(home, new Map());
      const names = uses.get(home)!;
      const list = names.get(input);
      if (list) list.push(by);
      else names.set(input, [by]);
    }
  }
  return uses;
}

/** Graph that defines a name for those who read it in a scope. */
export function definedIn(scope: Scope, name: string): Scope | undefined {
  for (let home: Scope | undefined = scope; home; home = home.parent) if (home.defines.has(name)) return home;
  return undefined;
}
