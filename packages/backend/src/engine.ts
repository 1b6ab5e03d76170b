import type { EngineName } from "./names";

/** Availability of an engine on this machine. */
export interface EngineProbe {
  readonly engine: EngineName;
  readonly available: boolean;
  /** Version of the engine if it is available, otherwise what is missing. */
  readonly detail: string;
}

/** Engine that is running, with its settings. */
export interface RunningEngine {
  /** Version as text: "TensorFlow 2.21.0 by tfjs-node 4.22.0". */
  readonly version: string;
  /** Number of threads that one operation may use. */
  readonly threads: number;
  /** Kernels and functions that this package replaced or added because the engine's are slow, wrong or missing; sorted. */
  readonly patched: readonly string[];
  /** Kernels that the engine lacks or has wrong, and that run on the cpu backend instead, correct but slow; sorted. */
  readonly borrowed: readonly string[];
}

/** Engine in use, and the reasons for it. */
export interface EngineReport extends RunningEngine {
  readonly engine: EngineName;
  /** One sentence: why this engine, what was tried before it, and how to get the fastest one if it is missing. */
  readonly reason: string;
  /** Engines that were tried, in order; the last one is in use. */
  readonly considered: readonly EngineProbe[];
}

/** Engine that can be opened. */
export interface Candidate {
  readonly engine: EngineName;
  /**
   * Loads the engine and makes it the TensorFlow.js backend.
   * @throws Error whose message says what is missing
   */
  open(): Promise<RunningEngine>;
}

/** Error for a requested engine that is not available on this machine. */
export type EngineUnavailableError = Error & {
  readonly code: "ENGINE_UNAVAILABLE";
  /** Engines that were tried, in order. */
  readonly considered: readonly EngineProbe[];
};

/** Creates an {@link EngineUnavailableError}. */
export function engineUnavailable(message: string, considered: readonly EngineProbe[]): EngineUnavailableError {
  return Object.assign(new Error(message), { code: "ENGINE_UNAVAILABLE" as const, considered });
}
