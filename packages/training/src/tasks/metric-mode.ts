/** Whether a metric is better when it is smaller or larger. */
export type MetricMode = "min" | "max";

/** Metrics of the tasks of this package, and whether each is better when it is smaller or larger. */
const modes: Readonly<Record<string, MetricMode>> = {
  ...{ loss: "min", error: "min", mae: "min", rmse: "min" },
  ...{ accuracy: "max", topK: "max", precision: "max", recall: "max", f1: "max", auc: "max", r2: "max" },
};

/**
 * Whether a metric is better when it is smaller or larger; undefined for a metric of a task of one's own.
 * @param name as a task gives it; of several outputs, after the output's number, as `0.mae`
 */
export function modeOf(name: string): MetricMode | undefined {
  const own = name.replace(/^(\d+\.)+/, "");
  return Object.hasOwn(modes, own) ? modes[own] : undefined;
}
