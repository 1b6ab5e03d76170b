import { backend_util } from "@tensorflow/tfjs-core";
import { sizeOf } from "@weightcast/types";
import { filled, integers, isFilled, type Node, op, scalar, type Value } from "../graph/graph";
import { broadcast } from "../kernels/elementwise";
import { reshape, transpose } from "../kernels/shapes";
import { integersOf, permOf, producer, type Rule, sameShape, wide } from "./rewrite";
import { broadcasting, unary } from "./sinking";

/** Whether a value is a constant of ones that is no weight of a model. */
const isOnes = (value: Value | undefined): value is Value =>
  value?.type === "float32" && isFilled(value) && value.data![0] === 1;

/** An operand filled with a number, such as zeros for a selection, is that number alone, unless it is what makes the result large. */
const filledOperand: Rule = (node) => {
  if (!broadcasting.has(node.op)) return undefined;
  const at = node.inputs.findIndex((value) => isFilled(value!) && value!.shape.length > 0 && value!.data!.length > 0);
  if (at < 0) return undefined;
  const { data, type } = node.inputs[at]!;
  const inputs = (node.inputs as readonly Value[]).with(at, scalar(Number(data![0]), type));
  const [y] = node.outputs;
  const shape = broadcastShape(inputs);
  return sameShape(shape, y!.shape) ? [op(node.op, inputs, shape, node.attributes, y!.type)] : undefined;
};

const broadcastShape = (values: readonly Value[]): number[] =>
  values.map(({ shape }) => [...shape]).reduce((a, b) => backend_util.assertAndGetBroadcastShape(a, b));

const expanded = (value: Value, shape: readonly number[]): Value =>
  sameShape(value.shape, shape) ? value : op("Expand", [value, integers(shape)], shape);

/** A product with ones only expands the other operand, as in the gradients of sums and means. */
const timesOnes: Rule = ({ op: name, inputs, outputs: [y] }) => {
  const ones = name === "Mul" && y!.type === "float32" ? inputs.findIndex(isOnes) : -1;
  return ones < 0 ? undefined : [expanded(inputs[1 - ones]!, y!.shape)];
};

/** Operands of expansions, the others as they are. */
const unexpanded = (value: Value | undefined): Value => producer(value, "Expand")?.inputs[0] ?? value!;

/** Functions of single elements come before an expansion, or take the place of it: they broadcast anyway. */
const expandLast: Rule = (node) => {
  const [y] = node.outputs;
  if (!node.inputs.some((value) => producer(value, "Expand"))) return undefined;
  if (!unary.has(node.op) && !broadcasting.has(node.op)) return undefined;
  const inputs = node.inputs.map(unexpanded);
  return [expanded(op(node.op, inputs, broadcastShape(inputs), node.attributes, y!.type), y!.shape)];
};

/** A transpose comes before an expansion. */
const expandAfterTranspose: Rule = (node) => {
  const grown = node.op === "Transpose" && producer(node.inputs[0], "Expand");
  if (!grown) return undefined;
  const [x] = grown.inputs;
  const perm = permOf(node);
  return [expanded(transpose(reshape(x!, wide(x!, perm.length)), perm), node.outputs[0]!.shape)];
};

/** Whether a value has few elements beside another one. */
const isSmall = (value: Value, beside: Value): boolean => 8 * sizeOf(value.shape) <= sizeOf(beside.shape);

/** A large operand and a small one of a product. */
function sides(node: Node | undefined): { readonly large: Value; readonly small: Value } | undefined {
  const [a, b] = node?.op === "Mul" ? (node.inputs as readonly [Value, Value]) : [];
  if (!a || !b || a.type !== "float32") return undefined;
  const [large, small] = sizeOf(a.shape) >= sizeOf(b.shape) ? [a, b] : [b, a];
  return isSmall(small, large) && sameShape(large.shape, node!.outputs[0]!.shape) ? { large, small } : undefined;
}

/** Small factors of a large operand are multiplied first. Numbers keep their order, so that the rounding of an optimizer's update stays. */
const smallFactors: Rule = (node) => {
  const outer = sides(node);
  const inner = outer && sides(producer(outer.large, "Mul"));
  if (!inner) return undefined;
  const { small: a } = outer;
  const { small: b, large } = inner;
  const both = broadcast("Mul", a, b);
  return isSmall(both, large) && sizeOf(both.shape) > 1 ? [op("Mul", [large, both], large.shape)] : undefined;
};

/** A factor that is the same along all axes of a sum is multiplied with the sum. */
const factorOfSum: Rule = ({ op: name, inputs: [x, axes], outputs: [y], attributes }) => {
  const along = name === "ReduceSum" ? integersOf(axes) : undefined;
  const product = along && sides(producer(x, "Mul"));
  if (!product) return undefined;
  const { large, small } = product;
  const full = wide(small, large.shape.length);
  if (sizeOf(full) === 1 || along!.some((axis) => full[axis] !== 1)) return undefined;
  const rest = attributes.keepdims === 0 ? full.filter((_, axis) => !along!.includes(axis)) : full;
  return [op("Mul", [op(name, [large, axes], y!.shape, attributes), reshape(small, rest)], y!.shape)];
};

/** Deviations from a mean, and multiples of them, add up to zero along the axes of the mean. */
const sumOfDeviations: Rule = ({ op: name, inputs: [x, axes], outputs: [y] }) => {
  const along = name === "ReduceSum" ? integersOf(axes) : undefined;
  const multiple = along && sides(producer(x, "Mul"));
  const deviations = multiple && sizeOf(multiple.small.shape) === 1 ? multiple.large : x;
  const [from, mean] = along ? (producer(deviations, "Sub")?.inputs ?? []) : [];
  const averaged = producer(producer(mean, "Reshape")?.inputs[0] ?? mean, "ReduceMean");
  if (!averaged || averaged.inputs[0] !== from || sizeOf(from!.shape) === 0) return undefined;
  return sameShape(along!, integersOf(averaged.inputs[1]) ?? []) ? [filled(y!.shape, 0, "float32")] : undefined;
};

/** Numbers of channels of images [n, c, …], as a vector; undefined for other shapes. */
function ofChannels(value: Value, images: Value): Value | undefined {
  const channels = images.shape[1]!;
  const shape = wide(value, images.shape.length);
  return shape.every((size, axis) => size === (axis === 1 ? channels : 1)) ? reshape(value, [channels]) : undefined;
}

/** Product with a number for each channel of images [n, c, h, w]. */
function scaledChannels(value: Value): { readonly images: Value; readonly scale: Value } | undefined {
  const product = value.shape.length === 4 ? sides(producer(value, "Mul")) : undefined;
  const scale = product && ofChannels(product.small, product.large);
  return scale && { images: product!.large, scale };
}

/**
 * Images scaled and moved channel by channel, x s + t, are a batch normalization of mean 0 and variance 1, which goes over the images once. A sum with
 * other images is added last.
 */
const channelsOnce: Rule = ({ op: name, inputs, outputs: [y] }) => {
  if (name !== "Add" || y!.type !== "float32" || y!.shape.length !== 4) return undefined;
  for (const [large, small] of [inputs, [...inputs].reverse()] as [Value, Value][]) {
    const offset = sameShape(large.shape, y!.shape) && isSmall(small, large) ? ofChannels(small, large) : undefined;
    if (!offset) continue;
    const scaled = scaledChannels(large);
    if (scaled) return [affine(scaled, offset)];
    const sum = producer(large, "Add");
    const parts = sum?.inputs as readonly Value[] | undefined;
    const at = parts?.findIndex((part) => sameShape(part.shape, y!.shape) && scaledChannels(part)) ?? -1;
    if (at >= 0 && sameShape(parts![1 - at]!.shape, y!.shape))
      return [op("Add", [parts![1 - at]!, affine(scaledChannels(parts![at]!)!, offset)], y!.shape)];
  }
  return undefined;
};

function affine({ images, scale }: { readonly images: Value; readonly scale: Value }, offset: Value): Value {
  const channels = [images.shape[1]!];
  const statistics = [0, 1].map((number) => filled(channels, number, "float32"));
  return op("BatchNormalization", [images, scale, offset, ...statistics], images.shape, { epsilon: { float: 0 } });
}

/** Rules for operands that are the same along some axes: numbers for each channel, and numbers that ones were multiplied with. */
export const broadcasts: readonly Rule[] = [
  timesOnes,
  filledOperand,
  expandLast,
  expandAfterTranspose,
  smallFactors,
  factorOfSum,
  sumOfDeviations,
  channelsOnce,
];
