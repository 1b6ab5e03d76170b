import { domainOf } from "../../onnx/attributes";
import { definedIn, type OnnxFile, type OnnxTensor, scopesIn } from "../../onnx/read";
import type { Scope, ScopeNode } from "../../onnx/scopes";
import { numbersOf } from "../../tensors/numbers";
import type { MatrixSite } from "../matrix-site";
import { conv } from "./convolutions";
import type { Form } from "./form";
import { gemm, matMul } from "./products";

/** Weights in an ONNX file that can become a product. */
export interface OnnxSite extends MatrixSite {
  readonly op: string;
  readonly form: Form;
  readonly tensor: OnnxTensor;
  readonly node: ScopeNode;
  readonly scope: Scope;
}

/** Weights that stay as they are, and why. */
export interface Kept {
  readonly path: string;
  readonly reason: string;
}

const forms: Readonly<Record<string, Form>> = { MatMul: matMul, Gemm: gemm, Conv: conv };

/** Weights of MatMul, Gemm and Conv, in all graphs of a file. */
export function sitesOf({ model, tensors }: OnnxFile): { readonly sites: OnnxSite[]; readonly kept: Kept[] } {
  const sites: OnnxSite[] = [];
  const kept = new Map<string, Kept>();
  const byScope = new Map<Scope, Map<string, OnnxTensor>>();
  for (const tensor of tensors) {
    const names = byScope.get(tensor.scope) ?? new Map<string, OnnxTensor>();
    byScope.set(tensor.scope, names.set(tensor.local, tensor));
  }
  for (const scope of scopesIn(model.graph))
    for (const node of scope.nodes) {
      const form = domainOf(node) === "" && Object.hasOwn(forms, node.op) ? forms[node.op]! : undefined;
      const name = form && node.inputs[form.weights];
      const home = name === undefined ? undefined : definedIn(scope, name);
      const tensor = home && byScope.get(home)?.get(name!);
      if (!form || !tensor) continue;
      const found = siteAt({ op: node.op, form, tensor, node, scope });
      if (typeof found === "string") kept.set(tensor.name, { path: tensor.name, reason: found });
      else sites.push(found);
    }
  return { sites, kept: [...kept.values()] };
}

function siteAt(place: Pick<OnnxSite, "op" | "form" | "tensor" | "node" | "scope">): OnnxSite | string {
  const { form, tensor, node } = place;
  if (tensor.open) return "callers may give other weights";
  if (tensor.uses.length > 1) return "several nodes read it";
  if (tensor.type !== "float32") return `its entries are of type ${tensor.type}`;
  const values = numbersOf(tensor);
  if (!values) return "its entries lie in another file";
  if (values.length === 0 || !values.every(Number.isFinite)) return "its entries are not all finite";
  const matrix = form.matrix(node, tensor, values);
  return typeof matrix === "string" ? matrix : { ...place, path: tensor.name, ...matrix };
}
