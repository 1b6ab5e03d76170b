import type { Evaluation } from "@weightcast/training";
import type { RunData } from "../build/run-data";
import type { RunResult } from "./record";

/** Errors by class of an evaluation on a run's test examples; empty if it does not know them, as one of an older checkpoint, or there are none. */
export function classErrorsOf(
  { wrongByClass }: Pick<Evaluation, "wrongByClass">,
  { testLabels, notes }: Pick<RunData, "testLabels" | "notes">,
): Pick<RunResult, "classErrors"> {
  if (!wrongByClass || !testLabels) return {};
  const counts = wrongByClass.map(() => 0);
  for (const label of Array.from(testLabels)) counts[label]!++;
  return {
    classErrors: wrongByClass.map((wrong, label) => ({
      name: notes.classes?.[label] ?? `${label}`,
      count: counts[label]!,
      wrong,
    })),
  };
}
