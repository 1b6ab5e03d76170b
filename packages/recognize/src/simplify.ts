import type { Finding } from "./find/finding";
import type { OnnxFile } from "./onnx/read";
import { simplifyOnnx } from "./onnx/simplify";
import type { Simplified } from "./simplified";
import type { SafetensorsFile } from "./tensors/safetensors";
import type { TfjsFile } from "./tfjs/read";
import { simplifyTfjs } from "./tfjs/simplify";

/** File of a model that others have written. */
export type ForeignFile = OnnxFile | TfjsFile | SafetensorsFile;

/**
 * Model of the same format and outputs, with each finding stored once, as its recipe, or not at all. All else stays as it is.
 *
 * @param findings of `recognize` for this file, or some of them
 * @throws RangeError for a format that has no operators, and for findings of another file
 */
export function simplify(file: ForeignFile, findings: readonly Finding[]): Simplified {
  if (file.format === "onnx") return simplifyOnnx(file, findings);
  if (file.format === "tfjs-graph-model") return simplifyTfjs(file, findings);
  const which =
    file.format === "safetensors"
      ? "a safetensors file holds tensors only"
      : "a layers model gives each layer weights of its own";
  throw new RangeError(`simplify: the file must be an ONNX file or a graph model of TensorFlow.js; ${which}`);
}
