/** What runs the tensor operations: TensorFlow's C library, WebAssembly with SIMD, or plain JavaScript. */
export type EngineName = "native" | "wasm" | "cpu";

/** The engines, fastest first: the order in which `useEngine("auto")` tries them. */
export const engineNames: readonly EngineName[] = ["native", "wasm", "cpu"];

/** Whether an engine can be had here. */
export interface EngineProbe {
  readonly engine: EngineName;
  readonly available: boolean;
  /** Its version where it is available, what is missing where it is not. */
  readonly detail: string;
}

/** An engine that runs, and how. */
export interface RunningEngine {
  /** For people: "TensorFlow 2.21.0 by tfjs-node 4.22.0". */
  readonly version: string;
  /** Threads that one operation may use. */
  readonly threads: number;
  /** Kernels and functions this package wrote anew because the engine's are slow, wrong or missing, sorted. */
  readonly mended: readonly string[];
  /** Kernels the engine lacks that run on the cpu backend instead, sorted: right, but slow. */
  readonly borrowed: readonly string[];
}

/** The engine in use and why. */
export interface EngineReport extends RunningEngine {
  readonly engine: EngineName;
  /** One sentence: why this one, what was tried before it, and how to get the fastest where it is missing. */
  readonly reason: string;
  /** What was tried, in order; the last one is in use. */
  readonly considered: readonly EngineProbe[];
}

/** An engine that can be opened. */
export interface Candidate {
  readonly engine: EngineName;
  /**
   * Loads the engine and makes it the TensorFlow.js backend.
   * @throws Error whose message says what is missing
   */
  open(): Promise<RunningEngine>;
}
