import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel, layers, SymbolicTensor } from "@tensorflow/tfjs-layers";

type Layer = layers.Layer;
type Node = Layer["inboundNodes"][number];

/** Inputs that a layer is run on at a time, as many as in `predict`. */
const batch = 32;

/**
 * Runs a model on a batch, layer by layer, each once and after those below it. `visit` is called with a layer's first input
 * before the layer runs, and may change its weights. An output is kept only until the last layer that needs it has run.
 * @param wanted the layers to visit; layers above the last of them are not run
 */
export function walk(
  model: LayersModel,
  inputs: tf.Tensor,
  wanted: ReadonlySet<Layer>,
  visit: (layer: Layer, x: tf.Tensor) => void,
): void {
  tf.tidy(() => {
    const nodes = nodesOf(model);
    const uses = new Map<number, number>();
    for (const { inputTensors } of nodes) for (const { id } of inputTensors) uses.set(id, (uses.get(id) ?? 0) + 1);
    const values = new Map([[model.inputs[0]!.id, tf.clone(inputs)]]);
    let left = wanted.size;
    for (const { outboundLayer: layer, inputTensors, outputTensors } of nodes) {
      if (left === 0) break;
      const taken = inputTensors.map(({ id }) => values.get(id)!);
      if (wanted.has(layer)) {
        visit(layer, taken[0]!);
        left--;
      }
      const outputs = left === 0 ? [] : run(layer, taken);
      for (const [i, output] of outputs.entries()) values.set(outputTensors[i]!.id, output);
      for (const { id } of inputTensors) {
        uses.set(id, uses.get(id)! - 1);
        if (uses.get(id) === 0) values.get(id)!.dispose();
      }
    }
  });
}

/** Nodes from the model's input to its outputs, each after the nodes whose outputs it takes. */
function nodesOf({ inputs, outputs }: LayersModel): Node[] {
  const nodes = new Set<Node>();
  const reach = ({ id, sourceLayer, nodeIndex }: SymbolicTensor): void => {
    const node = sourceLayer.inboundNodes[nodeIndex]!;
    if (inputs.some((input) => input.id === id) || nodes.has(node)) return;
    for (const input of node.inputTensors) reach(input);
    nodes.add(node);
  };
  for (const output of outputs) reach(output);
  return [...nodes];
}

/** A layer's outputs for inputs [batch, …], 32 at a time. */
function run(layer: Layer, inputs: readonly tf.Tensor[]): tf.Tensor[] {
  return tf.tidy(() => {
    const pieces = slices(inputs[0]!.shape[0]!).map(([from, size]) => {
      const piece = inputs.map((input) => tf.slice(input, from, size));
      const output = layer.apply(piece.length === 1 ? piece[0]! : piece) as tf.Tensor | tf.Tensor[];
      return Array.isArray(output) ? output : [output];
    });
    return pieces[0]!.map((_, i) => tf.concat(pieces.map((outputs) => outputs[i]!)));
  });
}

/** [from, count] of each piece of 32 of a batch. */
const slices = (count: number): [number, number][] =>
  Array.from({ length: Math.ceil(count / batch) }, (_, i) => [i * batch, Math.min(batch, count - i * batch)]);

/**
 * Mean of `measure` over a batch: rows all at once; images and the like 32 at a time, because a convolution's outputs would
 * take too much memory.
 */
export function meanOver(x: tf.Tensor, measure: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  if (x.rank === 2) return tf.tidy(() => measure(x));
  const all = x.shape[0]!;
  const share = ([from, size]: [number, number]) => tf.tidy(() => tf.mul(measure(tf.slice(x, from, size)), size / all));
  return tf.tidy(() => tf.addN(slices(all).map(share)));
}
