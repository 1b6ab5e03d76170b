import { nameOf, type RunSpec } from "@weightcast/runs";
import type { FigureValues, Study, StudyContext } from "../../figure";
import type { Fig1Result, MeasureOptions } from "./error-curves";
import { inputsOf } from "./inputs";
import { checkMeasure, measureFilters } from "./measure";
import { fig1Kernels } from "./predictors";
import { startLeft } from "./start-left";
import { studyResult } from "./study-result";
import { trainFilters } from "./training";

/** Options of the measurement among a figure's values. */
type Measuring = Omit<MeasureOptions, "samples" | "signal" | "onProgress">;

/**
 * Study of Figure 1: trains each network, unless its filters are kept already, and measures the errors of predicting them.
 */
export const fig1Study: Study = {
  check: (values) => checkMeasure(measuringIn(values)),
  async run(specs, context) {
    const measuring = measuringIn(context.values);
    checkMeasure(measuring);
    const results: Fig1Result[] = [];
    for (const spec of specs) results.push(await resultOf(spec, measuring, context));
    return studyResult(results);
  },
};

function measuringIn(values: FigureValues): Measuring {
  const { kernels, lengthScales, ridge, share, subsets, seed } = values as Measuring;
  return {
    ...(kernels !== undefined && { kernels }),
    ...(lengthScales !== undefined && { lengthScales }),
    ...(ridge !== undefined && { ridge }),
    ...(share !== undefined && { share }),
    ...(subsets !== undefined && { subsets }),
    ...(seed !== undefined && { seed }),
  };
}

async function resultOf(spec: RunSpec, measuring: Measuring, context: StudyContext): Promise<Fig1Result> {
  const { signal, onEvent, onNote } = context;
  const { kernels = fig1Kernels } = measuring;
  const trained = await trainFilters(spec, context);
  const run = { id: trained.record.id, label: nameOf(spec) };
  const samples =
    kernels.includes("covariance") &&
    (await inputsOf(spec, trained.filters, process.cwd(), {
      signal,
      onProgress: (progress) => onEvent({ ...run, type: "download", ...progress }),
    }));
  const errors = await measureFilters(trained.filters, {
    ...measuring,
    signal,
    ...(samples && { samples }),
    onProgress({ done, of, what }) {
      if (done < of) onNote(`${run.label}: predicting by ${what}, ${done + 1} of ${of}`);
    },
  });
  return { ...trained, errors, startLeft: startLeft(spec, trained.steps) };
}
