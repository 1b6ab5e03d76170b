export { type Batch, type BatchOptions, batches, type EpochOptions } from "./batches";
export type { Dataset, Split } from "./dataset";
export { DatasetError, type DatasetErrorCode, type Finding } from "./error";
export { type IdxArray, parseIdx } from "./idx";
export { type IdxDatasetOptions, type IdxFile, type IdxRole, idxDataset } from "./idx-dataset";
export type { PixelOptions } from "./pixels";
export { type Matrix, type SamplesOptions, samples } from "./samples";
export { type Source, source } from "./source";
export { splitOff, subset } from "./subset";
