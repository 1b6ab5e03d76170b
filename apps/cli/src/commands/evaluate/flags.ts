import type { OpenFlags } from "../../input/open-model";

/** Parts of a data set. */
export const parts = ["test", "train"] as const;

/** Options of `weightcast evaluate`. */
export type EvaluateFlags = OpenFlags & { readonly data?: string; readonly part: (typeof parts)[number] };
