import type { Value } from "../expression/value";
import type { Finding } from "../find/finding";
import type { Simplified } from "../simplified";
import { isNumberType } from "../tensors/number-type";
import { changesBy } from "./changes";
import { opsetOf } from "./emit";
import { type OnnxFile, type OnnxTensor, readOnnx } from "./read";
import { writeModel } from "./write";

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
  const bytes = applied.length === 0 ? file.source : writeModel(model, changes);
  return {
    ...{ files: [{ name: "model.onnx", bytes }], applied, weights: weightsIn(readOnnx(bytes)) },
    kept: [...reasons].flatMap(([tensor, reason]) => (reason === undefined ? [] : [{ tensor, reason }])),
  };
}

/** Why a finding can't be applied; undefined if it can. */
function reasonToKeep(formula: Value, { type }: OnnxTensor, opset: number): string | undefined {
  if (!isNumberType(type)) return `its entries are of type ${type}`;
  const needed = opsetOf(formula);
  return opset >= needed
    ? undefined
    : `the file has operators of version ${opset}, and its formula needs ${needed}; convert it with onnx.version_converter`;
}

const weightsIn = ({ tensors }: OnnxFile): number => tensors.reduce((sum, { bytes }) => sum + bytes, 0);
