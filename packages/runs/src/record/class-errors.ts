import type { Dataset } from "@weightcast/datasets";
import type { Evaluation } from "@weightcast/training";
import type { RunResult } from "./record";

/** Errors by class of an evaluation on a data set's test images; empty if it does not know them, as one of an older checkpoint. */
export function classErrorsOf(
  { wrongByClass }: Pick<Evaluation, "wrongByClass">,
  { test, classNames }: Pick<Dataset, "test" | "classNames">,
): Pick<RunResult, "classErrors"> {
  if (!wrongByClass) return {};
  const counts = wrongByClass.map(() => 0);
  for (const label of test.labels) counts[label]!++;
  return {
    classErrors: wrongByClass.map((wrong, label) => ({
      name: classNames?.[label] ?? `${label}`,
      count: counts[label]!,
      wrong,
    })),
  };
}
