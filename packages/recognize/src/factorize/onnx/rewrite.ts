import { freeNames } from "../../onnx/changes";
import { type OnnxFile, scopesIn } from "../../onnx/read";
import type { Scope, ScopeNode } from "../../onnx/scopes";
import { type NewNode, nodeBytes, rewired, writeModel } from "../../onnx/write";
import { bytesOf } from "../../tensors/bytes";
import type { Product } from "../within-budget";
import type { Around } from "./form";
import type { OnnxSite } from "./sites";

/** ONNX file in which the weights of sites are the products that are given, by path. All else stays as it is. */
export function withProducts(
  file: OnnxFile,
  sites: readonly OnnxSite[],
  products: ReadonlyMap<string, Product>,
): Uint8Array {
  const free = freeNames(scopesIn(file.model.graph));
  const dropped = new Map<Scope, Set<string>>();
  const preludes = new Map<Scope, NewNode[]>();
  const replaced = new Map<ScopeNode, readonly Uint8Array[]>();
  for (const { path, scope, node, tensor, form } of sites) {
    const product = products.get(path);
    if (!product) continue;
    dropped.set(tensor.scope, (dropped.get(tensor.scope) ?? new Set()).add(tensor.local));
    const prelude = preludes.get(scope) ?? [];
    preludes.set(scope, prelude);
    const nodes = form.replace(node, tensor, product, aroundOf(prelude, free));
    replaced.set(
      node,
      nodes.map((one) => ("op" in one ? nodeBytes(one) : rewired(node, one.inputs, one.output))),
    );
  }
  return writeModel(file.model, {
    dropped: (scope) => dropped.get(scope) ?? new Set(),
    prelude: (scope) => preludes.get(scope) ?? [],
    renamed: (_, name) => name,
    replaced: (node) => replaced.get(node),
  });
}

function aroundOf(prelude: NewNode[], free: () => string): Around {
  const held = (type: "float32" | "int64", values: ArrayLike<number>, shape: readonly number[]) => {
    const output = free();
    const value = { type, shape, data: bytesOf(values, type) };
    prelude.push({ op: "Constant", inputs: [], output, attributes: { value } });
    return output;
  };
  return {
    free,
    constant: (values, shape) => held("float32", values, shape),
    integers: (values) => held("int64", values, [values.length]),
  };
}
