import type * as tfl from "@tensorflow/tfjs-layers";
import type { Task } from "../tasks/task";

type Layer = tfl.layers.Layer;
type Tensor = tfl.SymbolicTensor;

/** Layer that contains others: a nested model, a wrapper, or a recurrent layer around its cell. */
interface Containing extends Layer {
  readonly layers?: readonly Layer[];
  readonly inputs?: readonly Tensor[];
  readonly outputs?: readonly Tensor[];
  readonly layer?: Layer;
  readonly cell?: Layer & { readonly cells?: readonly Layer[] };
}

/** Call of a nested model: tensors that it was given, and the call around it. */
interface Call {
  readonly model: Containing;
  readonly inputs: readonly Tensor[];
  readonly outer: Call | undefined;
}

/** Activations that turn anything into numbers in [0, 1]. */
const squashing: readonly unknown[] = ["softmax", "sigmoid", "hardSigmoid"];

/** Activations that leave numbers in [0, 1] as they are. */
const unchanging: readonly unknown[] = ["linear", "relu", "relu6", "elu"];

/**
 * Layers without an activation whose outputs are in [0, 1] if all of their inputs are: those that move, choose or average
 * values, and those that leave values ≥ 0 as they are. Of noise, only what happens outside training counts.
 */
const preserving: ReadonlySet<string> = new Set([
  ...["Reshape", "Flatten", "Permute", "RepeatVector", "Masking", "UpSampling2D", "Cropping2D", "ZeroPadding2D"],
  ...["Dropout", "SpatialDropout1D", "AlphaDropout", "GaussianDropout", "GaussianNoise"],
  ...["ReLU", "LeakyReLU", "PReLU", "ELU", "ThresholdedReLU"],
  ...["Concatenate", "Average", "Maximum", "Minimum", "Multiply"],
  ...["MaxPooling1D", "MaxPooling2D", "MaxPooling3D", "AveragePooling1D", "AveragePooling2D", "AveragePooling3D"],
  ...["GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalAveragePooling1D", "GlobalAveragePooling2D"],
]);

/** Layer that turns a model's outputs into probabilities. */
interface Squashing {
  readonly layer: Layer;
  /** `softmax`, `sigmoid` or `hardSigmoid` */
  readonly activation: string;
}

/**
 * Refuses models whose outputs are probabilities, for a task that takes logits: those in which the outputs of a softmax or
 * sigmoid reach the model's output as they are, or at least in [0, 1], through nested models, wrappers, reshaping,
 * dropout, pooling and the like.
 * @param who takes the model, for the message
 * @throws TypeError naming the layer with the softmax or sigmoid
 */
export function assertLogits(
  who: string,
  model: tfl.LayersModel,
  { name, logits }: Pick<Task, "name" | "logits">,
): void {
  for (const [i, output] of model.outputs.entries()) if (logits[i]) assertLogit(who, output, name);
}

function assertLogit(who: string, output: Tensor, task: string): void {
  const found = squashingOf(output, undefined);
  if (!found) return;
  const { layer, activation } = found;
  const which =
    layer === output.sourceLayer
      ? `the last layer, "${layer.name}",`
      : `layer "${layer.name}", whose outputs reach it,`;
  throw new TypeError(
    `${who}: ${task} takes logits, and ${which} already applies ${activation}; give it no activation`,
  );
}

/** Last layer with a softmax or sigmoid below a tensor of a model, or of a nested model in a call. */
function squashingOf(tensor: Tensor, call: Call | undefined): Squashing | undefined {
  const position = call?.model.inputs?.findIndex(({ id }) => id === tensor.id) ?? -1;
  if (call && position >= 0) return squashingOf(call.inputs[position]!, call.outer);
  const { inputTensors } = tensor.sourceLayer.inboundNodes[tensor.nodeIndex]!;
  const layer = unwrapped(tensor.sourceLayer);
  if (layer.layers && layer.outputs) {
    const output = layer.outputs[tensor.tensorIndex] ?? layer.outputs[0]!;
    return squashingOf(output, { model: layer, inputs: inputTensors, outer: call });
  }
  const activation = activationOf(layer);
  if (squashing.includes(activation)) return { layer, activation: activation as string };
  const kind = layer.getClassName();
  const preserves = kind === "Activation" ? unchanging.includes(activation) : preserving.has(kind);
  if (!preserves || inputTensors.length === 0) return undefined;
  const all = inputTensors.map((input) => squashingOf(input, call));
  return all.every((one) => one !== undefined) ? all[0] : undefined;
}

/** Layer within wrappers; of stacked recurrent cells, the last one. */
function unwrapped(layer: Containing): Containing {
  return layer.layer ? unwrapped(layer.layer) : (layer.cell?.cells?.at(-1) ?? layer);
}

/** Name of a layer's activation, if it has one. */
function activationOf(layer: Layer): unknown {
  return layer.getClassName() === "Softmax" ? "softmax" : layer.getConfig().activation;
}
