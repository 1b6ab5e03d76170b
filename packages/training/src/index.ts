export type { Batch, BatchSource, ExampleBatch, ExampleSource, Json, Part, Values } from "@weightcast/types";
export { checkMeta } from "./checkpoint/check-meta";
export { type Checkpoint, decodeCheckpoint, encodeCheckpoint, type NamedArray } from "./checkpoint/checkpoint";
export { type CheckpointStorage, memoryStorage } from "./checkpoint/storage";
export type { TrainingError, TrainingErrorCode } from "./error";
export type { ArraySource, SplitOptions } from "./examples/array-source";
export { type ArraysOptions, arrays } from "./examples/arrays";
export type { ExampleNumbers, NestedNumbers, Numbers, ShapedNumbers } from "./examples/column";
export { type BatchTensorsOf, type FromDatasetOptions, fromDataset, type TensorDataset } from "./examples/from-dataset";
export type { Execution } from "./executors/executor";
export type { ClassWeight, ClassWeights } from "./fit/class-weights";
export { fit } from "./fit/fit";
export type { CommonFitArgs, FitArgs, FitCallback, FitData } from "./fit/fit-args";
export { type FitDatasetArgs, fitDataset } from "./fit/fit-dataset";
export { type EvaluateOptions, evaluate } from "./loop/evaluate";
export type { Evaluation } from "./loop/evaluation";
export type {
  CheckpointEvent,
  EndEvent,
  EpochEvent,
  EvaluateEvent,
  ExecutionEvent,
  ResumeEvent,
  StartEvent,
  StateAccess,
  StepEvent,
  TrainingEvent,
  TrainingListener,
} from "./loop/events";
export type { CheckpointOptions, EvaluationOptions, TrainCompileOptions, TrainOptions } from "./loop/options";
export type { EpochRecord, Progress } from "./loop/progress";
export { type RangeTest, type RangeTestOptions, rangeTest } from "./loop/range-test";
export { type TrainResult, train } from "./loop/train";
export type { WatchOptions } from "./loop/watch";
export {
  type DeviceName,
  deviceNames,
  type ExecutionName,
  executionNames,
  type OptimizerName,
  optimizerNames,
  type ScheduleName,
  scheduleNames,
} from "./names";
export { encoded } from "./pretraining/encoded";
export { type PretrainOptions, pretrain } from "./pretraining/pretrain";
export { reconstruction } from "./pretraining/reconstruction";
export type { Decoder } from "./pretraining/tied-autoencoder";
export { type AdagradOptions, adagrad } from "./step/adagrad";
export { type AdamOptions, adam } from "./step/adam";
export type { AveragingOptions } from "./step/averaging";
export type { BatchTensors } from "./step/batch";
export { type NamedScheduleOptions, optimizerOf, scheduleOf } from "./step/by-name";
export type { ClipOptions } from "./step/clip-gradients";
export { clipColumns } from "./step/column-norm";
export { drawNoise } from "./step/draw-noise";
export { type FunctionalCallOptions, functionalCall } from "./step/functional-call";
export { type LionOptions, lion } from "./step/lion";
export { type Loss, softmaxCrossEntropy } from "./step/loss";
export { type Noise, noiseOf } from "./step/noise";
export type { Optimizer, Update, Updated } from "./step/optimizer";
export { type MetricSchedule, type PlateauOptions, plateau } from "./step/plateau";
export { type RmspropOptions, rmsprop } from "./step/rmsprop";
export {
  type CosineOptions,
  constant,
  cosine,
  type OneCycleOptions,
  oneCycle,
  paperSchedule,
  type Schedule,
  type StepDecayOptions,
  type StepSchedule,
  stepDecay,
} from "./step/schedule";
export { type SgdOptions, sgd } from "./step/sgd";
export { initialState, type TrainingState } from "./step/state";
export { createStep, type Quantizer, type Step, type StepOptions, type StepResult } from "./step/step";
export { binary, multiLabel } from "./tasks/binary";
export { type ClassificationOptions, classification } from "./tasks/classification";
export { type DistillationOptions, distillation } from "./tasks/distillation";
export type { MetricMode } from "./tasks/metric-mode";
export { type MultiOutputOptions, multiOutput } from "./tasks/multi-output";
export { type RegressionOptions, regression, regressionLosses } from "./tasks/regression";
export type { Measure, Metrics, OutputShape, Task, TaskTensors } from "./tasks/task";
