export type { Draft, Finding, FindingKind } from "./find/finding";
export { type RecognizeOptions, recognize } from "./find/recognize";
export { type OnnxFile, readOnnx } from "./onnx/read";
export { type Simplified, simplifyOnnx } from "./onnx/simplify";
export type { Format, Tensor, TensorFile } from "./tensors/tensor";
export { readTfjs, type TfjsFile, weightPaths } from "./tfjs/read";
export { type SimplifiedTfjs, simplifyTfjs } from "./tfjs/simplify";
