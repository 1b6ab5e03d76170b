export type { EngineProbe, EngineReport, EngineUnavailableError, RunningEngine } from "./engine";
export { type EngineChoice, type EngineName, engineChoices, engineNames } from "./names";
export { probeEngines, useEngine } from "./use-engine";
