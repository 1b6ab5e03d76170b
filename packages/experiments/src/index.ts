export type { Execution } from "@weightcast/training";
export { type Aggregate, aggregate, type Spread } from "./aggregate";
export { buildNetwork, type DictionaryMade } from "./build";
export { checkNeeds } from "./check-needs";
export { type ComparisonOptions, choices, pretraining } from "./comparisons";
export { loadData } from "./data";
export { depth } from "./depth";
export { loadDictionaries, registerBuiltIns, useDictionaries } from "./dictionaries";
export type { RunEvent } from "./events";
export { execute, type Surroundings } from "./execute";
export { type Fig1Network, type Fig1Options, fig1, fig1Networks, startLeft } from "./fig1";
export type { Filters, TrainedFilters } from "./fig1-filters";
export {
  checkMeasure,
  type ErrorCurve,
  type ErrorPoint,
  type Fig1Kernel,
  type Fig1Result,
  type FilterErrors,
  fig1Kernels,
  fig1LengthScales,
  type MeasureOptions,
  measureFilters,
} from "./fig1-measure";
export { type RunFig1Options, runFig1 } from "./fig1-run";
export { type Fig4Options, fig4 } from "./fig4";
export { type Fig5Options, fig5 } from "./fig5";
export { type Executor, forkRun } from "./fork-run";
export { InterruptedError } from "./interrupted";
export { hiddenLayers, type Method, methods } from "./methods";
export { type NetworkMethod, type NetworkOptions, networkMethods } from "./network-methods";
export { type PredictedLayer, predictedLayers } from "./predicted-layers";
export type { FilterPicture, LayerCosts, RunRecord, RunResult } from "./record";
export { readRecord } from "./record-file";
export { type Fig1ReportOptions, renderFig1 } from "./report/fig1";
export type { PaperFigureName } from "./report/figures";
export { type ReportOptions, renderReport } from "./report/report";
export { type RunAllOptions, runAll } from "./run-all";
export { onSameImages } from "./same-images";
export { identityOf, type LayerSpec, nameOf, type RunInput, type RunSpec, resolveRun, runSchema } from "./spec";
export { type Summary, summarize } from "./summary";
export { dataNames } from "./training-spec";
export type { ExecutionChoice } from "./versions";
