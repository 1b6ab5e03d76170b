import { isWeightType, type WeightType, weightTypeNames } from "@weightcast/files/types";
import { InvalidArgumentError } from "commander";

/** Type of weights in a model file. */
export function weightType(text: string): WeightType {
  if (!isWeightType(text)) throw new InvalidArgumentError(`must be one of ${weightTypeNames}`);
  return text;
}

/** Types of layers, each `layer=type`, gathered from an option that may be repeated. */
export function gatherTypes(
  text: string,
  before: Readonly<Record<string, WeightType>> = {},
): Readonly<Record<string, WeightType>> {
  const at = text.lastIndexOf("=");
  if (at < 1) throw new InvalidArgumentError("must be a layer and a type, such as logits=int8");
  return { ...before, [text.slice(0, at)]: weightType(text.slice(at + 1)) };
}
