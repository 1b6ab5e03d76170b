import type { EngineProbe } from "@weightcast/backend";
import type { FoundRuntime } from "@weightcast/compile";

/** What the commands use of the experiments package. */
export type Experiments = Pick<
  typeof import("@weightcast/experiments"),
  | "aggregate"
  | "checkMeasure"
  | "checkNeeds"
  | "choices"
  | "depth"
  | "fig1"
  | "fig4"
  | "fig5"
  | "hiddenLayers"
  | "loadDictionaries"
  | "methods"
  | "nameOf"
  | "onSameImages"
  | "predictedLayers"
  | "pretraining"
  | "readRecord"
  | "registerBuiltIns"
  | "renderFig1"
  | "renderReport"
  | "resolveRun"
  | "runAll"
  | "runFig1"
  | "runSchema"
  | "startLeft"
  | "summarize"
>;

/** The packages that load TensorFlow.js, loaded when a command needs them: help must not wait for them. */
export interface Services {
  experiments(): Promise<Experiments>;
  probeEngines(): Promise<readonly EngineProbe[]>;
  /** Brings an engine up: dictionaries that are learned run tensors. */
  startEngine(): Promise<void>;
  /** What compiled steps are run by. */
  runtime(): Promise<FoundRuntime>;
}

/** The real ones. */
export const services: Services = {
  experiments: () => import("@weightcast/experiments"),
  probeEngines: async () => (await import("@weightcast/backend")).probeEngines(),
  startEngine: async () => {
    await (await import("@weightcast/backend")).useEngine("auto");
  },
  runtime: async () => (await import("@weightcast/compile")).nodeRuntime(),
};
