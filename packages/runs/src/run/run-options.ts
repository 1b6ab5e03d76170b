import type { EngineName } from "@weightcast/backend";
import type { EventContents } from "../events/run-log";
import type { DamagedLine } from "../record/record-reader";
import type { RunEvent } from "./events";
import type { Executor } from "./fork-run";
import type { ExecutionChoice } from "./versions";

/** Options of {@link runAll}. */
export interface RunAllOptions {
  /** Folder for the record of runs and their checkpoints; created if absent. */
  readonly folder: string;
  /** @default "auto": native, else wasm, else cpu */
  readonly engine?: "auto" | EngineName;
  /** How steps are computed. @default "auto": compiled if ONNX Runtime is installed */
  readonly execution?: ExecutionChoice;
  /**
   * Number of runs at a time, each in another process; together they use every core.
   * @default the number of cores; 1 for eager runs on an engine with several threads
   */
  readonly jobs?: number;
  /**
   * Threads of the compiled steps of each run, on which the last digits of its numbers depend.
   * @default the number of cores divided by the number of runs at a time
   */
  readonly threads?: number;
  /** Called once with a sentence if runs that are found or resumed were computed with another number of threads. */
  readonly onOtherThreads?: (message: string) => void;
  /** Runs that are not in the record: `run` them, or `leave` them out. @default "run" */
  readonly missing?: "run" | "leave";
  /**
   * What becomes of the trained networks: `none` is saved; each is saved as `modelFile` names it, before its line in
   * the record (`keep`); the same, and a run that is in the record without that file is trained again (`require`). @default "none"
   */
  readonly models?: "none" | "keep" | "require";
  /**
   * Event files for TensorBoard that are written while runs train, in `events` in the folder: of the loss, the error and the speed
   * (`scalars`), also of the weights and the first layer's filters (`all`), or `none`. @default "none"
   */
  readonly events?: "none" | EventContents;
  /** Aborting it stops the runs after their current steps, each with a checkpoint. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
  /** Called for each damaged line of the record; its run counts as not done. @default console.warn */
  readonly onDamaged?: (line: DamagedLine) => void;
  /** Function that does one run. @default `forkRun`, in another process */
  readonly executor?: Executor;
}
