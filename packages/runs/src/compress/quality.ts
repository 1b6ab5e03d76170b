import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { Metrics, Task } from "@weightcast/training";
import type { RunSource } from "../build/run-data";
import { openForward } from "../model/forward";
import type { ExecutionChoice } from "../run/versions";

/** How good a model is on test examples. */
export interface Quality {
  /** Metrics by the labels, `error` or `mae`, `rmse`, `r2`; absent if the examples have none for this model. */
  readonly metrics?: Metrics;
  /** Part of the examples whose class, the largest output, is not the original's; absent of models with one output. */
  readonly disagreement?: number;
  /** Mean square difference from the original's outputs, relative to their variance. */
  readonly difference: number;
  readonly count: number;
  /** Examples per second in the same run. */
  readonly perSecond: number;
}

/** Outputs of a model on test examples: for each batch [count, …]. */
export interface TestOutputs {
  readonly batches: readonly Float32Array[];
  readonly perSecond: number;
}

/** Runs a model on test examples. */
export async function outputsOn(
  model: LayersModel,
  tests: RunSource,
  execution: ExecutionChoice,
): Promise<TestOutputs> {
  const forward = await openForward(model, { execution, batch: tests.batchSize, examples: tests.count });
  const batches: Float32Array[] = [];
  let [seconds, count] = [0, 0];
  try {
    for await (const batch of tests.batches(0)) {
      const inputs = (Array.isArray(batch.inputs) ? batch.inputs[0] : batch.inputs) as Float32Array;
      const from = performance.now();
      batches.push((await forward.run(inputs, batch.count)).slice());
      if (batches.length > 1 || tests.batchesPerEpoch === 1) {
        seconds += (performance.now() - from) / 1000; // the first batch warms up
        count += batch.count;
      }
    }
  } finally {
    await forward.release();
  }
  return { batches, perSecond: count / seconds };
}

/** Quality of a model's outputs beside the original's. */
export async function qualityOf(
  { batches, perSecond }: TestOutputs,
  originals: TestOutputs,
  tests: RunSource,
  task: Task | undefined,
): Promise<Quality> {
  const measure = task?.measure();
  let [count, other, error, at] = [0, 0, 0, 0];
  const spread = deviations();
  let width = 1;
  for await (const batch of tests.batches(0)) {
    const [outputs, expected] = [batches[at]!, originals.batches[at]!];
    width = outputs.length / batch.count;
    for (let row = 0; row < batch.count; row++)
      if (largest(outputs, row, width) !== largest(expected, row, width)) other++;
    for (let i = 0; i < outputs.length; i++) error += (outputs[i]! - expected[i]!) ** 2;
    spread.add(expected, width);
    const targets = "labels" in batch ? [batch.labels] : batch.targets;
    measure?.add([outputs], { inputs: [], targets }, batch.count);
    count += batch.count;
    at++;
  }
  return {
    ...(measure && { metrics: measure.result() }),
    ...(width > 1 && { disagreement: other / count }),
    difference: error === 0 ? 0 : error / spread.total(),
    count,
    perSecond,
  };
}

/** Sum of squared deviations of columns from their means. */
function deviations() {
  let [sums, squares, rows] = [new Float64Array(0), new Float64Array(0), 0];
  return {
    add(values: Float32Array, width: number) {
      if (sums.length === 0) [sums, squares] = [new Float64Array(width), new Float64Array(width)];
      for (let i = 0; i < values.length; i++) {
        sums[i % width]! += values[i]!;
        squares[i % width]! += values[i]! ** 2;
      }
      rows += values.length / width;
    },
    total: () => squares.reduce((sum, square, k) => sum + square - sums[k]! ** 2 / rows, 0),
  };
}

function largest(values: Float32Array, row: number, width: number): number {
  let best = row * width;
  for (let at = best + 1; at < (row + 1) * width; at++) if (values[at]! > values[best]!) best = at;
  return best - row * width;
}
