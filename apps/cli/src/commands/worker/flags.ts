import type { MachineOptions } from "../../input/runner-options";

/** Options of `weightcast worker`. */
export interface WorkerFlags extends MachineOptions {
  readonly jobs?: number;
  readonly silence: number;
  readonly allowUse?: true;
}
