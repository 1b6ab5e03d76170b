export type { Precision } from "./expression/evaluate";
export type { Value } from "./expression/value";
export { type FactorizedOnnx, type FactorizeOnnxOptions, factorizeOnnx } from "./factorize/onnx/factorize-onnx";
export type { Feeds, OnnxRuntime } from "./factorize/onnx/run";
export type { Kept } from "./factorize/onnx/sites";
export {
  type FactorizedSafetensors,
  factorizeSafetensors,
} from "./factorize/safetensors/factorize-safetensors";
export { mergeSafetensors } from "./factorize/safetensors/merge-safetensors";
export type { WeightsKind, WeightsMap } from "./factorize/safetensors/weights-map";
export type { ErrorBudget, FactorizedWeights, NumbersBudget } from "./factorize/within-budget";
export type { Finding, FindingKind } from "./find/finding";
export { type RecognizeOptions, recognize } from "./find/recognize";
export { type OnnxFile, readOnnx } from "./onnx/read";
export type { Simplified } from "./simplified";
export { type ForeignFile, simplify } from "./simplify";
export { readSafetensorsTable, type SafetensorsFile } from "./tensors/safetensors";
export type { Format, Tensor, TensorFile } from "./tensors/tensor";
export { readTfjs, type TfjsFile, weightPaths } from "./tfjs/read";
