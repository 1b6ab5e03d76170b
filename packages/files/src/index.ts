export { type AdapterContent, readAdapter } from "./adapter/content";
export { type AdapterReadOptions, decodeAdapter, type LoadedAdapter } from "./adapter/decode";
export { type AdapterWriteOptions, encodeAdapter } from "./adapter/encode";
export { FileError, type FileErrorCode } from "./error";
export { integersIn } from "./export/onnx/integers";
export { type OnnxFile, type OnnxForm, type OnnxLayer, type OnnxOptions, toOnnx } from "./export/onnx/onnx";
export type { StoredOrder } from "./export/onnx/orders";
export type { Around } from "./export/onnx/prediction";
export type { QuantizedWeight } from "./export/onnx/quantized";
export { toSafetensors } from "./export/safetensors";
export { toTfjs } from "./export/tfjs";
export { decodeModel, type LoadedModel, type ReadOptions } from "./model/decode";
export { encodeModel, type WriteOptions } from "./model/encode";
export { fetchModel } from "./model/fetch";
export type { ModelNotes } from "./model/notes";
export type { Limits } from "./model/within-limits";
export type { Grid, ScaledBy } from "./quantize/grid";
export {
  type Quantization,
  type QuantizeOptions,
  quantization,
  quantizerOf,
  type WeightInfo,
} from "./quantize/quantization";
export { type BudgetOptions, quantizationWithin } from "./quantize/within-bytes";
export type { Dtype, FileContent, FileTensor } from "./safetensors/dtypes";
export { readSafetensors } from "./safetensors/read";
export { writeSafetensors } from "./safetensors/write";
export type { CodebookType, IntegerType, WeightType } from "./types";
