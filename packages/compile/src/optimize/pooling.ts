import { type Graph, type Node, nodesOf, op, type Value } from "../graph/graph";
import { broadcast } from "../kernels/elementwise";
import {
  comparedMaxima,
  maxGradient,
  maxGradientName,
  type PoolWindow,
  poolWindowOf,
  scatteredMaxima,
} from "../kernels/images/maxima";
import { separateMaxima } from "../kernels/images/separate-maxima";
import { channelsFirst, channelsLast } from "../kernels/images/window";
import type { Device } from "../kernels/kernel";
import { reshape, transpose } from "../kernels/shapes";
import { integersOf, permOf, producer, type Rule, sameShape, wide } from "./rewrite";

/** Images [n, c, …] and numbers for each channel, if a value is their sum, perhaps in another order of axes. */
function biased(x: Value): { readonly images: Value; readonly bias: Value } | undefined {
  const moved = producer(x, "Transpose");
  const perm = moved ? permOf(moved) : [...x.shape.keys()];
  const sum = producer(moved ? moved.inputs[0] : x, "Add");
  const [a, b] = (sum?.inputs ?? []) as readonly Value[];
  if (!a || !b) return undefined;
  const shapeOf = (value: Value) => {
    const shape = wide(value, perm.length);
    return perm.map((axis) => shape[axis]!);
  };
  const isBias = (value: Value) => shapeOf(value).every((size, axis) => axis === 1 || size === 1);
  const [images, bias] = isBias(a) ? [b, a] : [a, b];
  if (!isBias(bias) || images.shape.length !== perm.length || !sameShape(shapeOf(images), x.shape)) return undefined;
  return { images: moved ? transpose(images, perm) : images, bias: reshape(bias, shapeOf(bias)) };
}

/** The largest of sums with the same number is the largest plus that number: fewer additions. */
const biasAfterMaximum: Rule = (node) => {
  const sum = node.op === "MaxPool" && node.outputs.length === 1 ? biased(node.inputs[0]!) : undefined;
  if (!sum) return undefined;
  return [broadcast("Add", op("MaxPool", [sum.images], node.outputs[0]!.shape, node.attributes), sum.bias)];
};

/** … and it's the same entry that is largest, unless rounding makes sums equal whose entries differ: then the gradient goes to the larger entry. */
const gradientWithoutBias: Rule = (node) => {
  const sum = node.op === maxGradientName ? biased(node.inputs[1]!) : undefined;
  return sum && [maxGradient(node.inputs[0]!, sum.images, poolWindowOf(node))];
};

/** A gradient of max pooling moves numbers; a sum over the images, such as the gradient of a bias, is that of the numbers themselves. */
const sumOfGradient: Rule = (node) => {
  const gradient = node.op === "ReduceSum" ? producer(node.inputs[0], maxGradientName) : undefined;
  const axes = gradient && integersOf(node.inputs[1]);
  const [dy, x] = gradient?.inputs ?? [];
  if (!axes || !x!.shape.every((_, axis) => axis < 2 || axes.includes(axis))) return undefined;
  return [op("ReduceSum", [dy, node.inputs[1]], node.outputs[0]!.shape, node.attributes)];
};

/** Rules for max pooling and its gradient. */
export const pooling: readonly Rule[] = [biasAfterMaximum, gradientWithoutBias, sumOfGradient];

/** Number of channels from which maxima along each axis are faster than places. Measured for 6, 16, 48 and 64. */
const manyChannels = 32;

/** Whether maxima along each axis are the fastest on a processor. Images that must be padded first are not faster: measured for 3 × 3 with stride 2. */
const isSeparate = (x: Value, { pads }: PoolWindow): boolean =>
  x.shape.length === 4 && x.shape[1]! >= manyChannels && pads.every((pad) => pad === 0);

/** Images of a pooling, or of its gradient, and the window: the same text for both. */
const poolingOf = (node: Node): string => `${node.inputs.at(-1)!.shape} ${JSON.stringify(poolWindowOf(node))}`;

/**
 * Rule that computes gradients of max pooling by operators that a device is fast at, and poolings by the maxima that their gradients compute anyway.
 * @param device undefined for any ONNX runtime
 */
export function maximaFor(graph: Graph, device: Device | undefined): Rule {
  const withGradient = new Set(nodesOf(graph).flatMap((node) => (node.op === maxGradientName ? poolingOf(node) : [])));
  return (node) => {
    const isGradient = node.op === maxGradientName;
    if (!isGradient && (node.op !== "MaxPool" || node.outputs.length > 1 || !withGradient.has(poolingOf(node))))
      return undefined;
    const window = poolWindowOf(node);
    const x = node.inputs.at(-1)!;
    const gradients = node.inputs[0]!;
    if (device === "cpu" && isSeparate(x, window)) {
      const output = (isGradient ? gradients : node.outputs[0]!).shape.slice(2);
      const { largest, gradient } = separateMaxima(channelsLast(x), window, output);
      return [channelsFirst(isGradient ? gradient(channelsLast(gradients)) : largest)];
    }
    return isGradient ? [(device === "webgpu" ? comparedMaxima : scatteredMaxima)(gradients, x, window)] : undefined;
  };
}
