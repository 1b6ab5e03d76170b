import { errorNameOf, kindOfRuns, type RunRecord } from "@weightcast/runs";

/** Name at the beginning of a sentence: "Test error". */
export const capital = (name = "test error"): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

/** Name of the errors of runs, at the beginning of a sentence: "Test error", or "Validation error" if they were measured on training images kept out. */
export const errorName = (records: readonly RunRecord[]): string =>
  capital(
    errorNameOf(
      records.map(({ spec }) => spec),
      kindOfRuns(records),
    ),
  );

/** The same with the unit of the numbers, for the heading of a column: "Test error, %", or "Test RMSE" of a regression. */
export const errorHeading = (records: readonly RunRecord[]): string =>
  kindOfRuns(records) === "error" ? `${errorName(records)}, %` : errorName(records);
