import type { EngineChoice } from "@weightcast/backend/names";

/** Options of `weightcast merge`. */
export interface MergeFlags {
  readonly compress: boolean;
  readonly out?: string;
  readonly engine: EngineChoice;
  readonly use?: readonly string[];
  readonly json?: true;
}
