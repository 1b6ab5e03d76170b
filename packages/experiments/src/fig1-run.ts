import { inputsOf } from "./fig1-inputs";
import { checkMeasure, type Fig1Result, fig1Kernels, type MeasureOptions, measureFilters } from "./fig1-measure";
import { type TrainFiltersOptions, trainFilters } from "./fig1-training";
import { nameOf, type RunSpec } from "./spec";

/** Options of {@link runFig1}: of the training, and of what is measured then. */
export interface RunFig1Options extends TrainFiltersOptions, Omit<MeasureOptions, "samples" | "signal" | "onProgress"> {
  /** Told of each kernel before it is measured on a network, and at the end of each network. */
  readonly onMeasure?: (spec: RunSpec, progress: Parameters<NonNullable<MeasureOptions["onProgress"]>>[0]) => void;
}

/**
 * Figure 1: trains each network, unless its filters are kept already, and measures how well they are predicted.
 * @throws RangeError if an option is out of range, before anything is trained; otherwise as `trainFilters`
 */
export async function runFig1(specs: readonly RunSpec[], options: RunFig1Options): Promise<readonly Fig1Result[]> {
  const { kernels = fig1Kernels, signal, onEvent = () => {}, onMeasure = () => {} } = options;
  checkMeasure(options);
  const results: Fig1Result[] = [];
  for (const spec of specs) {
    const trained = await trainFilters(spec, options);
    const about = { id: trained.record.id, label: nameOf(spec) };
    const samples =
      kernels.includes("covariance") &&
      (await inputsOf(spec, trained.filters, process.cwd(), {
        ...(signal && { signal }),
        onProgress: (progress) => onEvent({ ...about, type: "download", ...progress }),
      }));
    const errors = await measureFilters(trained.filters, {
      ...options,
      ...(samples && { samples }),
      onProgress: (progress) => onMeasure(spec, progress),
    });
    results.push({ ...trained, errors });
  }
  return results;
}
