import type { ModelOptions } from "../../input/model-options";

/** Parts of a data set. */
export const parts = ["test", "train"] as const;

/** Options of `weightcast evaluate`. */
export type EvaluateFlags = ModelOptions & { readonly data?: string; readonly part: (typeof parts)[number] };
