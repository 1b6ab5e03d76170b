export type { EngineProbe, EngineReport, EngineUnavailableError, RunningEngine } from "./engine";
export { browserEngineNames, type EngineChoice, type EngineName, engineChoices, engineNames } from "./names";
export { type EngineOptions, probeEngines, useEngine } from "./use-engine";
export type { WasmPaths } from "./wasm/wasm";
