import type { Json } from "@weightcast/types";

/** Value of a run's field as text, for tables and charts: numbers to four digits. */
export const valueText = (value: Json | undefined): string =>
  typeof value === "number"
    ? `${Number(value.toPrecision(4))}`
    : typeof value === "string"
      ? value
      : JSON.stringify(value);
