import { classesOf, inputsOf, type Source, targetsOf } from "../examples/examples";
import { type Loss, softmaxCrossEntropy } from "../step/loss";
import { classFault, classification, measureClasses } from "./classification";
import { allows, type Measure, type OutputShape, type Task } from "./task";

/** Measure without metrics. */
const nothing = (): Measure => ({ add() {}, result: () => ({}) });

/** Task of a loss of one output: of labels, or of the inputs. */
export function taskOfLoss(loss: Loss): Task {
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
