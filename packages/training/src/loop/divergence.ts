import { batchesOf } from "../arguments/source";
import { type TrainingError, trainingError } from "../error";
import { classesOf, type Source, valuesOf } from "../examples/examples";
import type { Plan } from "./plan";
import type { Progress } from "./progress";

/** Losses read in an epoch from which on their mean is judged, before the epoch ends. */
const enough = 10;

/**
 * Mean loss above which a training has diverged, although every number is still finite. Of the cross-entropy 10⁴ times the loss of
 * guessing, log(classes), or of the first batch if that is larger, as it is with unscaled inputs: the logits are then off by tens of
 * thousands, and no training comes back from there. Other losses may have any scale and may start near their minimum: 10⁶ times the
 * loss of the first batch, or 10⁶ if that is larger.
 */
function limitOf({ task, source, model }: Plan, { first = 0 }: Progress): number {
  const classes = classesOf(source) ?? model.outputs[0]!.shape.at(-1) ?? 2;
  return task.name === "classification"
    ? 1e4 * Math.max(first, Math.log(Math.max(2, classes)))
    : 1e6 * Math.max(first, 1);
}

/**
 * Checks the mean loss of the epoch under way.
 * @param rate of the last update
 * @throws TrainingError `DIVERGED` if it is far above that of the start
 */
export function assertMeanLoss(plan: Plan, at: Progress, rate: number): void {
  const { lossSum, lossReads, batch, step, epoch } = at;
  if (lossReads < enough && batch < plan.source.batchesPerEpoch) return;
  const limit = limitOf(plan, at);
  const mean = lossSum / lossReads;
  if (mean > limit)
    throw diverged(`the mean loss of epoch ${epoch + 1} is ${shown(mean)}, above ${shown(limit)},`, step, rate);
}

/**
 * Checks the loss of an evaluation.
 * @param rate of the last update
 * @throws TrainingError `DIVERGED` if it is not finite, or far above that of the start; `NOT_FINITE` if an input is not finite
 */
export async function assertEvaluation(plan: Plan, loss: number, at: Progress, rate: number): Promise<void> {
  if (!Number.isFinite(loss)) {
    await assertFiniteInputs("the evaluation source", plan.options.evaluation!.source, 0);
    throw diverged(`the loss on the evaluation source is ${loss}`, at.step, rate);
  }
  const limit = limitOf(plan, at);
  if (loss > limit)
    throw diverged(`the loss on the evaluation source is ${shown(loss)}, above ${shown(limit)},`, at.step, rate);
}

/**
 * Error of a training whose loss or weights are not finite: the reason is looked for in the inputs and in the weights that it began with.
 * @param finding what is not finite
 * @param step number of updates done
 * @param at position of the batch that was trained on last, or one before it
 * @throws TrainingError `NOT_FINITE` if the fault is in the inputs or in the model
 */
export async function notFinite(
  plan: Plan,
  finding: string,
  step: number,
  rate: number,
  at: Progress,
): Promise<TrainingError> {
  const { model, source } = plan;
  await assertFiniteInputs("the source", source, at.batch === 0 && at.step > 0 ? at.epoch - 1 : at.epoch);
  if (at.batch === 0 && at.epoch > 0) await assertFiniteInputs("the source", source, at.epoch);
  // The model's own variables change only at the end of a training.
  for (const { name, val } of model.weights as unknown as readonly {
    name: string;
    val: { dataSync(): Float32Array };
  }[]) {
    const value = val.dataSync().find((one) => !Number.isFinite(one));
    if (value !== undefined)
      return trainingError(
        "NOT_FINITE",
        `train: the model's weights must be finite numbers before the first step; got ${value} in "${name}"; initialize it again`,
      );
  }
  return diverged(finding, step, rate);
}

/** @throws TrainingError `NOT_FINITE` naming the first input of an epoch that is not finite */
async function assertFiniteInputs(who: string, source: Source, epoch: number): Promise<void> {
  let batch = 0;
  for await (const one of batchesOf(source, epoch)) {
    const { inputs, targets, weights } = valuesOf(one);
    const named = [
      ...inputs.map((values, i) => [inputs.length > 1 ? `input ${i}` : "inputs", values] as const),
      ...targets.map((values, i) => [targets.length > 1 ? `target ${i}` : "targets", values] as const),
      ...(weights ? [["weights", weights] as const] : []),
    ];
    for (const [name, values] of named) {
      const index = values.findIndex((value) => !Number.isFinite(value));
      if (index < 0) continue;
      const size = values.length / one.count;
      const kind = name.startsWith("input") ? "inputs" : name.startsWith("target") ? "targets" : "weights";
      throw trainingError(
        "NOT_FINITE",
        `train: the ${kind} of ${who} must be finite numbers; got ${values[index]} in batch ${batch} of epoch ${epoch}: ${name}, row ${Math.floor(index / size)}, column ${index % size} (all counted from 0); clean the data`,
      );
    }
    batch++;
  }
}

const shown = (value: number): string => String(Number(value.toPrecision(3)));

/** @param step number of updates done */
function diverged(finding: string, step: number, rate: number): TrainingError {
  return trainingError(
    "DIVERGED",
    `train: the training diverged: ${finding} at step ${step}, with a learning rate of ${rate}; try a tenth of the rate, a warm-up, or maxColumnNorm`,
  );
}
