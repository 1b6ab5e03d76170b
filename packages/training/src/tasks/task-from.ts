import { shown } from "../arguments/shown";
import { classesOf, inputsOf, type Source, targetsOf } from "../examples/examples";
import { type Loss, softmaxCrossEntropy } from "../step/loss";
import { classFault, classification, measureClasses } from "./classification";
import { allows, type Measure, type OutputShape, type Task } from "./task";

/** What a model is trained for, as an option. */
export interface TaskOptions {
  /**
   * What the model is trained for: `classification()`, `binary()`, `multiLabel()`, `regression()`, `multiOutput([…])`, or one of
   * your own. @default classification(), for models that end in logits
   */
  readonly task?: Task;
  /** Loss of your own, in place of a task. @default that of the task */
  readonly loss?: Loss;
}

/**
 * Task that options name, by itself or by its loss.
 * @throws TypeError for anything else, or both
 */
export function taskFrom(who: string, { task, loss }: TaskOptions = {}): Task {
  if (task !== undefined && loss !== undefined)
    throw new TypeError(`${who}: give a task or a loss, not both; a task has a loss`);
  if (task !== undefined) {
    const { loss: ofTask, fault, measure } = Object(task) as Partial<Task>;
    if (![ofTask, fault, measure].every((part) => typeof part === "function"))
      throw new TypeError(
        `${who}: task must be made by classification(), regression() or another function of @weightcast/training; got ${shown(task)}`,
      );
    return task;
  }
  if (loss === undefined) return classification();
  if (typeof loss !== "function")
    throw new TypeError(`${who}: loss must be a function of outputs, labels and inputs; got ${shown(loss)}`);
  return taskOfLoss(loss);
}

/** Measure without metrics. */
const nothing = (): Measure => ({ add() {}, result: () => ({}) });

/** Task of a loss of one output: of labels, or of the inputs. */
function taskOfLoss(loss: Loss): Task {
  if (loss === softmaxCrossEntropy) return classification();
  const ofInputs = loss.targets === "inputs";
  return {
    name: ofInputs ? "another, of inputs" : "another, of labels",
    options: {},
    logits: [false],
    loss: ([outputs], { inputs, targets }) => loss(outputs!, targets[0]!, inputs[0]!),
    fault: (outputs, source) => (ofInputs ? inputsFault(outputs, source) : labelsFault(outputs, source)),
    measure: ofInputs ? nothing : () => measureClasses(),
  };
}

function inputsFault([output]: readonly OutputShape[], source: Source): string | undefined {
  const { shape } = inputsOf(source)[0]!;
  return allows(output!, shape)
    ? undefined
    : `the loss compares outputs with inputs; the model gives [${output}] and the source's inputs are [${shape}]; end the model in as many units`;
}

const labelsFault = ([output]: readonly OutputShape[], source: Source): string | undefined =>
  classFault(output!, targetsOf(source)[0]!.shape, classesOf(source));
