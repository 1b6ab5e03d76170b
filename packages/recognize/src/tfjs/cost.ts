import type { Value } from "../expression/value";
import type { NumberType } from "../tensors/number-type";
import { emitTfjs } from "./emit";

/** Bytes of a formula's nodes and constants in a graph model. */
export function costOf(formula: Value, _shape: readonly number[], type: NumberType): number {
  let count = 0;
  const real = type === "int32" || type === "bool" ? type : "float32";
  const { nodes, weights } = emitTfjs(formula, "weights", real, {
    free: () => `w${100 + count++}`,
    tensor: () => ({ name: "weights", type: "float32" }),
  });
  const json = JSON.stringify([nodes, weights.map(({ spec }) => spec)]);
  return json.length + weights.reduce((sum, { data }) => sum + data.length, 0);
}
