import { type Field, fieldsOf, integerIn, integersIn, textIn } from "../wire/fields";
import { nodeTag, type ScopeNode } from "./scopes";

const tag = { name: 1, float: 2, integer: 3, text: 4, integers: 8 } as const;

function attribute({ fields }: ScopeNode, name: string): readonly Field[] {
  const all = fields.filter(({ number }) => number === nodeTag.attribute).map(({ body }) => fieldsOf(body));
  return all.find((one) => textIn(one, tag.name) === name) ?? [];
}

/** Integer of a node's attribute. */
export const integerOf = (node: ScopeNode, name: string, otherwise: number): number =>
  integerIn(attribute(node, name), tag.integer) ?? otherwise;

/** Integers of a node's attribute; none if it has no such attribute. */
export const integersOf = (node: ScopeNode, name: string): readonly number[] =>
  integersIn(attribute(node, name), tag.integers);

/** Text of a node's attribute; "" if it has no such attribute. */
export const textOf = (node: ScopeNode, name: string): string => textIn(attribute(node, name), tag.text);

/** Set of operators that a node's is of; "" for the standard ones. */
export function domainOf({ fields }: ScopeNode): string {
  const domain = textIn(fields, nodeTag.domain);
  return domain === "ai.onnx" ? "" : domain;
}
