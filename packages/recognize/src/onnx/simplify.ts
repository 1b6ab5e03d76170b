import type { Value } from "../expression/value";
import type { Finding } from "../find/finding";
import { isNumberType } from "../tensors/tensor";
import { changesBy } from "./changes";
import { oldestOpset } from "./emit";
import type { OnnxFile, OnnxTensor } from "./read";
import { writeModel } from "./write";

/** A file without what is found in it. */
export interface Simplified {
  readonly bytes: Uint8Array;
  /** Findings that are not in it any more. */
  readonly applied: readonly Finding[];
  /** Findings that stay, each with the reason. */
  readonly kept: readonly { readonly tensor: string; readonly reason: string }[];
}

/**
 * ONNX file with the same outputs, in which copies are stored once, and tensors that have a formula are computed when a session starts,
 * by standard operators.
 *
 * @param findings of `recognize` for this file
 * @throws RangeError for a finding of a tensor that the file does not have
 */
export function simplifyOnnx(file: OnnxFile, findings: readonly Finding[]): Simplified {
  const { model } = file;
  const tensors = new Map(file.tensors.map((tensor) => [tensor.name, tensor]));
  const known = (name: string): OnnxTensor => {
    const tensor = tensors.get(name);
    if (!tensor)
      throw new RangeError(`simplify: findings must be of this file, which has no tensor ${JSON.stringify(name)}`);
    return tensor;
  };
  const reasons = new Map(
    findings.map(({ tensor, formula }) => [tensor, reasonToKeep(formula, known(tensor), model.opset)]),
  );
  const applied = findings.filter(({ tensor }) => reasons.get(tensor) === undefined);
  const changes = changesBy(applied, known, file);
  return {
    bytes: applied.length === 0 ? file.source : writeModel(model, changes),
    applied,
    kept: [...reasons].flatMap(([tensor, reason]) => (reason === undefined ? [] : [{ tensor, reason }])),
  };
}

/** Why a finding can't be applied; undefined if it can. */
function reasonToKeep(formula: Value, { type }: OnnxTensor, opset: number): string | undefined {
  if (!isNumberType(type)) return `its entries are of type ${type}`;
  if (isCopy(formula) || opset >= oldestOpset) return undefined;
  return `the file has operators of version ${opset}, and formulas need ${oldestOpset}; convert it with onnx.version_converter`;
}

/** Whether a formula is another tensor, in any shape. */
export const isCopy = (formula: Value): boolean =>
  formula.kind === "tensor" ||
  (formula.kind === "operation" && formula.op === "reshape" && formula.inputs[0]!.kind === "tensor");
