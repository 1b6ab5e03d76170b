import { type ErrorName, errorNameOf, type RunRecord } from "@weightcast/runs";

/** Name of an error at the beginning of a sentence: "Test error". */
export const capital = (name: ErrorName | "test images" | "images" = "test error"): string =>
  `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

/** Name of the errors of runs, at the beginning of a sentence: "Test error", or "Validation error" if they were measured on training images kept out. */
export const errorName = (records: readonly RunRecord[]): string =>
  capital(errorNameOf(records.map(({ spec }) => spec)));
