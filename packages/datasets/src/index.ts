export type { Batch, BatchSource, Matrix } from "@weightcast/types";
export type { AugmentOptions } from "./batches/augment";
export { type BatchOptions, batches, type EpochOptions } from "./batches/batches";
export type { Source } from "./batches/example-source";
export { type PatchOptions, patches } from "./batches/patches";
export type { PixelOptions } from "./batches/pixels";
export { type SamplesOptions, samples } from "./batches/samples";
export { type SourceOptions, source } from "./batches/source";
export { type ChannelStatistics, channelStatistics, standardize } from "./batches/statistics";
export { splitOff, subset } from "./batches/subset";
export { CIFAR10_CLASSES } from "./catalog/cifar10";
export { CIFAR100_CLASSES, CIFAR100_COARSE_CLASSES } from "./catalog/cifar100";
export { STL10_CLASSES } from "./catalog/stl10";
export type { Dataset, Split, Unused } from "./dataset";
export { DatasetError, type DatasetErrorCode, type Finding } from "./error";
export { type IdxArray, parseIdx } from "./formats/idx";
export { type IdxDatasetOptions, type IdxFile, type IdxRole, idxDataset } from "./formats/idx-dataset";
export { type NpyArray, parseNpy } from "./formats/npy";
export { type FrameSamplesOptions, type FrameSourceOptions, frameSamples, frameSource } from "./speech/frame-source";
export { type Frames, splitSpeakers, standardizeFrames, subsetFrames } from "./speech/frames";
export { logMel } from "./speech/log-mel";
export { TIMIT_CLASSES } from "./speech/phones";
export { type ColumnLayout, inputNames, type LayoutOptions, layoutOf, type TableLayout } from "./tables/layout";
export {
  type LabeledRows,
  labeledRowsOf,
  type Rows,
  rowsOf,
  type Scaling,
  scaledRows,
  splitRows,
  standardizeRows,
} from "./tables/rows";
export type { Table } from "./tables/table";
export {
  type FittedWhitening,
  fitWhitening,
  type Whitening,
  type WhiteningOptions,
  whitening,
} from "./whitening/whitening";
