export { type EngineName, type EngineProbe, type EngineReport, engineNames, type RunningEngine } from "./engine";
export type { EngineUnavailableError } from "./error";
export { probeEngines, useEngine } from "./use-engine";
