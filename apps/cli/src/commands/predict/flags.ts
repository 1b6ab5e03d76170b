import type { ModelOptions } from "../../input/model-options";

/** Options of `weightcast predict`. */
export type PredictFlags = ModelOptions & {
  readonly top: number;
  readonly csv?: true;
  readonly size?: number | readonly number[];
};
