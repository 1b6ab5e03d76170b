import type { LayersModel } from "@tensorflow/tfjs-layers";
import { errorOf } from "@weightcast/convert";
import type { Metrics, Task } from "@weightcast/training";
import type { RunSource } from "../build/run-data";
import { openForward } from "../model/forward";
import type { ExecutionChoice } from "../run/versions";

/** How good a model is on labeled test examples. */
export interface Score {
  /** Metrics by the labels: `error`, or `mae`, `rmse` and `r2`. */
  readonly metrics: Metrics;
  readonly count: number;
  /** Examples per second in the same run. */
  readonly perSecond: number;
}

/** How good a model is on test examples, beside the original. */
export interface Quality extends Omit<Score, "metrics"> {
  /** Metrics by the labels; absent if the examples have none for this model. */
  readonly metrics?: Metrics;
  /** Part of the examples whose class, the largest output, is not the original's; absent of models with one output. */
  readonly disagreement?: number;
  /** Mean square difference from the original's outputs, relative to their variance. */
  readonly difference: number;
}

/** Outputs of a model on test examples: [count, …]. */
export interface TestOutputs {
  readonly values: Float32Array;
  readonly perSecond: number;
}

/** Runs a model on test examples. */
export async function outputsOn(
  model: LayersModel,
  tests: RunSource,
  execution: ExecutionChoice,
): Promise<TestOutputs> {
  const forward = await openForward(model, { execution, batch: tests.batchSize, examples: tests.count });
  let values = new Float32Array(0);
  let [seconds, timed, at] = [0, 0, 0];
  try {
    for await (const batch of tests.batches(0)) {
      const inputs = (Array.isArray(batch.inputs) ? batch.inputs[0] : batch.inputs) as Float32Array;
      const from = performance.now();
      const outputs = await forward.run(inputs, batch.count);
      if (at > 0 || tests.batchesPerEpoch === 1) {
        seconds += (performance.now() - from) / 1000; // the first batch warms up
        timed += batch.count;
      }
      if (at === 0) values = new Float32Array((outputs.length / batch.count) * tests.count);
      values.set(outputs, at);
      at += outputs.length;
    }
  } finally {
    await forward.release();
  }
  return { values, perSecond: timed / seconds };
}

/** Score of a model's outputs by the labels. */
export async function scoreOf({ values, perSecond }: TestOutputs, tests: RunSource, task: Task): Promise<Score> {
  const { count } = tests;
  return { metrics: await metricsOf(values, values.length / count, tests, task), count, perSecond };
}

/** Quality of a model's outputs beside the original's. */
export async function qualityOf(
  { values, perSecond }: TestOutputs,
  originals: TestOutputs,
  tests: RunSource,
  task: Task | undefined,
): Promise<Quality> {
  const { count } = tests;
  const width = values.length / count;
  const error = (by: "outputs" | "classes") => errorOf(by, [values], [originals.values], count);
  return {
    ...(task && { metrics: await metricsOf(values, width, tests, task) }),
    ...(width > 1 && { disagreement: error("classes") }),
    difference: error("outputs"),
    count,
    perSecond,
  };
}

async function metricsOf(values: Float32Array, width: number, tests: RunSource, task: Task): Promise<Metrics> {
  const measure = task.measure();
  let at = 0;
  for await (const batch of tests.batches(0)) {
    const outputs = values.subarray(at, at + batch.count * width);
    measure.add([outputs], { inputs: [], targets: "labels" in batch ? [batch.labels] : batch.targets }, batch.count);
    at += outputs.length;
  }
  return measure.result();
}
