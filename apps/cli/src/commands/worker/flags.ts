import type { MachineOptions } from "../../input/runner-options";

/** Options of `weightcast worker`. */
export interface WorkerFlags extends MachineOptions {
  readonly jobs?: number;
  readonly silence: number;
  /** Empty: none, whatever the environment says. */
  readonly store?: string;
  readonly allowUse?: true;
}
