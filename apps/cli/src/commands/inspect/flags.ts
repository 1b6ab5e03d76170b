import type { EngineChoice } from "@weightcast/backend/names";

/** Options of `weightcast inspect`. */
export interface InspectFlags {
  readonly engine: EngineChoice;
  readonly use?: readonly string[];
  readonly tolerance: number;
  readonly html?: string;
  readonly json?: true;
}
