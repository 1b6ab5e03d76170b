import type { EngineChoice } from "@weightcast/backend/names";
import type { Comparison } from "@weightcast/report/claims";
import type { RunSpec } from "@weightcast/runs/spec";
import type { ExecutionName } from "@weightcast/training/names";
import type { EventsOption } from "../input/runner-options";

/** Runs to compute, and how and where. */
export interface RunPlan {
  readonly specs: readonly RunSpec[];
  /** Title of the report. */
  readonly title: string;
  /** Claims and curves that the report compares the runs with. */
  readonly comparison?: Comparison;
  /** Selects other runs in the record, on the same images, that the report cites. */
  readonly beside?: (spec: RunSpec) => boolean;
  /** Command that repeats the runs. */
  readonly command: string;
  readonly folder: string;
  readonly engine: EngineChoice;
  readonly execution: ExecutionName;
  readonly jobs?: number;
  /** Threads of each compiled step. */
  readonly threads?: number;
  /** Address of the Redis server whose workers do the runs. @default this machine does them */
  readonly queue?: string;
  /** Address of the store by which networks come back from the queue's workers. @default none */
  readonly store?: string;
  /** Whether to show only what is in the record, and compute nothing. */
  readonly soFar?: boolean;
  /** Whether trained networks are kept beside the record, and trained again if they are not there. @default they are not kept */
  readonly models?: "keep" | "require";
  /** File that the network of the only run is saved as, too. */
  readonly save?: string;
  /** Whether runs that are in the record are removed from it, and done again. */
  readonly force?: boolean;
  /** Event files for TensorBoard that are written while runs train. */
  readonly events: EventsOption;
  /** File of the HTML report. */
  readonly report?: string;
  readonly json?: boolean;
}
