export { type AdamOptions, adam } from "./adam";
export { type Checkpoint, decodeCheckpoint, encodeCheckpoint, type NamedArray } from "./checkpoint";
export { clipColumns } from "./column-norm";
export { drawNoise } from "./draw-noise";
export { encoded } from "./encoded";
export type { TrainingError, TrainingErrorCode } from "./error";
export { type EvaluateOptions, type Evaluation, evaluate } from "./evaluate";
export type {
  CheckpointEvent,
  EndEvent,
  EpochEvent,
  EvaluateEvent,
  ExecutionEvent,
  ResumeEvent,
  StartEvent,
  StepEvent,
  TrainingEvent,
} from "./events";
export type { Execution } from "./executor";
export { type FunctionalCallOptions, functionalCall } from "./functional-call";
export type { Json } from "./json";
export { type Loss, softmaxCrossEntropy } from "./loss";
export { type Noise, noiseOf } from "./noise";
export type { Optimizer, Update, Updated } from "./optimizer";
export { type PretrainOptions, pretrain } from "./pretrain";
export type { EpochRecord, Progress } from "./progress";
export { reconstruction } from "./reconstruction";
export {
  type CosineOptions,
  constant,
  cosine,
  paperSchedule,
  type Schedule,
  type StepDecayOptions,
  stepDecay,
} from "./schedule";
export { type SgdOptions, sgd } from "./sgd";
export type { Batch, BatchSource } from "./source";
export {
  type BatchTensors,
  createStep,
  initialState,
  type Step,
  type StepOptions,
  type StepResult,
  type TrainingState,
} from "./step";
export { type CheckpointStorage, memoryStorage } from "./storage";
export type { Decoder } from "./tied-autoencoder";
export { type TrainResult, train } from "./train";
export type { CheckpointOptions, EvaluationOptions, TrainCompileOptions, TrainOptions } from "./train-options";
