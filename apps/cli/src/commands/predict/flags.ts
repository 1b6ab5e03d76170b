import type { OpenFlags } from "../../input/open-model";

/** Options of `weightcast predict`. */
export type PredictFlags = OpenFlags & {
  readonly top: number;
  readonly csv?: true;
  readonly size?: number | readonly number[];
};
