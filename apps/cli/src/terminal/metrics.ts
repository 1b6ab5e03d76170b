import { errorValue } from "@weightcast/runs/spec";
import type { Metrics } from "@weightcast/training";

/** Error by its name: "2.12%", "RMSE 1.23"; empty if there is none. */
export function errorText({ error, rmse }: Metrics): string {
  if (rmse !== undefined) return `RMSE ${errorValue(rmse, "RMSE")}`;
  return error === undefined ? "" : errorValue(error, "error");
}
