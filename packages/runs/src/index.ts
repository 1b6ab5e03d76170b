export type { LockHolder } from "@weightcast/disk";
export type { Execution } from "@weightcast/training";
export { type AdaptedFile, adaptFile } from "./adapt/adapt-file";
export { type AdapterInspection, type AdapterLayer, inspectAdapter, isAdapterFile } from "./adapt/inspect-adapter";
export type { AdaptFileOptions } from "./adapt/options";
export { type BuildOptions, buildNetwork, type DictionaryMade, type FitProgress } from "./build/build";
export { checkNeeds } from "./build/check-needs";
export { checkOptions } from "./build/check-options";
export { checkAtoms, checkJobs, checkSize, type Needs, needsOf, type SizeOptions } from "./build/check-size";
export { type DownloadProgress, type Fetching, loadData } from "./build/data";
export { loadDictionaries, registerBuiltIns, useDictionaries } from "./build/dictionaries";
export { imageData, pixelsOf } from "./build/images";
export { imagesLike } from "./build/images-like";
export type { ImageFacts } from "./build/known-layers";
export { runData } from "./build/load-run-data";
export type { RunData, RunSource } from "./build/run-data";
export { loadTable, type TableParts } from "./build/table";
export { type CompressedFile, compressFile } from "./compress/compress-file";
export type { CompressFileOptions } from "./compress/options";
export type { Tuning } from "./compress/tune";
export { type EventContents, type EventsChoice, type RunLog, whileLogged } from "./events/run-log";
export { InterruptedError } from "./interrupted";
export { type Classifier, type ClassifierOptions, openClassifier } from "./model/classifier";
export { type Confusion, type ConfusionCounter, confusionCounter, type Ranked, ranking } from "./model/confusion";
export {
  type InspectedLayer,
  type Inspection,
  type InspectOptions,
  inspectModel,
  type StoredTensor,
} from "./model/inspection";
export { type MergedFile, type MergeFileOptions, mergeFile } from "./model/merge-file";
export { modelFile } from "./model/model-file";
export { openTrained } from "./model/open-trained";
export { type Origin, runOf } from "./model/origin";
export {
  type QuantizedFile,
  type QuantizedWeight,
  type QuantizeFileOptions,
  quantizeFile,
} from "./model/quantize-file";
export { readOrigin } from "./model/read-origin";
export type { SpeechEvaluation, SpeechModel } from "./model/speech-model";
export { checkStart } from "./model/start";
export type { TableModel } from "./model/table-model";
export { checkTeacher } from "./model/teacher";
export * from "./record";
export { levelsOf } from "./record/filters";
export { shapeFault } from "./record/record-schema";
export { onSameImages } from "./record/same-images";
export { checkpointFiles, stepsIn } from "./run/checkpoint-files";
export { type ClaimOptions, checkpointFile, withClaim } from "./run/claim";
export type { RunEvent } from "./run/events";
export { execute, type RunContext } from "./run/execute";
export { type Executor, forkRun } from "./run/fork-run";
export { digester } from "./run/identities";
export { inputDigest } from "./run/input-digest";
export { whilePlanned } from "./run/planned";
export type { PretrainingEpoch } from "./run/pretraining";
export { type Preview, type PreviewOptions, preview } from "./run/preview";
export { runAll } from "./run/run-all";
export { type MoreRuns, type RunMoreOptions, runMore } from "./run/run-more";
export type { RunAllOptions } from "./run/run-options";
export { scheduleOf } from "./run/training-options";
export { type ExecutionChoice, versionsOf } from "./run/versions";
export * from "./spec";
export { canonical } from "./spec/canonical";
export { refitRuns, refitSetting } from "./sweep/refit";
export { checkValidation, type RunSweepOptions, runSweep, type SweepRuns } from "./sweep/run-sweep";
export { rungsOf, type Search, searchOf, type Trial } from "./sweep/search";
export { rankSettings, type SettingResult } from "./sweep/setting";
export {
  type Axis,
  gridOf,
  type Point,
  resolveSweep,
  type SweepInput,
  type SweepSpec,
  searchedAxes,
  seedsOf,
} from "./sweep/sweep";
export type { Quality, Score } from "./tune/quality";
