import type { FilterErrors, MeasureOptions } from "./error-curves";
import type { Filters } from "./filters";
import { fig1Kernels, fig1Shares } from "./predictors";

/**
 * Errors of filters that are predicted from 1% to 100% of their pixels by each kernel and by the baselines, over several
 * random subsets of the pixels. The subsets of one draw are nested: a larger share keeps the same pixels and more. Length
 * scales are chosen on a separate draw, so that the error reported for the best is not the one it was chosen by.
 * @throws RangeError if an option is out of range
 * @throws InterruptedError once the signal is aborted
 */
export async function measureFilters(filters: Filters, options: MeasureOptions = {}): Promise<FilterErrors> {
  checkMeasure(options);
  // Loaded here, because what measures loads TensorFlow.js, and whoever lists figures should not wait for it.
  const { errorsOf } = await import("./errors");
  return errorsOf(filters, options);
}

/** Checks the options of {@link measureFilters}. @throws RangeError naming the option that is out of range */
export function checkMeasure(options: Omit<MeasureOptions, "samples">): void {
  const { kernels = fig1Kernels, ridge = 1, share = 1, subsets = 1, shares = fig1Shares } = options;
  const { lengthScale = 1, lengthScales = [] } = options;
  const positive = (value: number) => value > 0 && value < Number.POSITIVE_INFINITY;
  const rules: readonly (readonly [name: string, value: unknown, good: boolean, rule: string])[] = [
    ["kernels", `[${kernels}]`, kernels.length > 0, "at least one"],
    ["ridge", ridge, positive(ridge), "a positive number"],
    ["lengthScale", lengthScale, positive(lengthScale), "a positive number"],
    ["lengthScales", `[${lengthScales}]`, lengthScales.every(positive), "positive numbers"],
    ["share", share, isShare(share, 0, []), "a number in (0, 1]"],
    ["shares", `[${shares}]`, shares.length > 0 && shares.every(isShare), "ascending numbers in (0, 1]"],
    ["subsets", subsets, Number.isInteger(subsets) && subsets >= 1, "an integer of at least 1"],
  ];
  for (const [name, value, good, rule] of rules)
    if (!good) throw new RangeError(`fig1: ${name} must be ${rule}; got ${value}`);
}

const isShare = (value: number, i: number, all: readonly number[]) => value > (all[i - 1] ?? 0) && value <= 1;
