import type { Value } from "../expression/value";
import type { NumberType } from "../tensors/number-type";
import { emitOnnx } from "./emit";
import { nodeBytes } from "./write";

/** Bytes of a formula's nodes in an ONNX file. */
export function costOf(formula: Value, _shape: readonly number[], type: NumberType): number {
  let count = 0;
  const around = { free: () => `wc${100 + count++}`, tensor: () => ({ name: "weights", type }) };
  // A node has a key and a length besides.
  return emitOnnx(formula, "weights", type, around).reduce((sum, node) => sum + nodeBytes(node).length + 3, 0);
}
