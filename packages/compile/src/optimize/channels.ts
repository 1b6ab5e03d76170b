import { integers, op, type Value } from "../graph/graph";
import { reshape } from "../kernels/shapes";
import { producer, type Rule } from "./rewrite";

/** Whether a value is a constant, perhaps cut, or in another shape or order of axes: the runtime then computes what is made of it once. */
export const isConstant = (value: Value | undefined): boolean =>
  value?.data !== undefined ||
  (["Transpose", "Reshape", "Slice"].includes(value?.node?.op ?? "") && isConstant(value!.node!.inputs[0]));

/**
 * A convolution of every channel as an image of its own, by constant filters, becomes a grouped one: ONNX Runtime computes it in half of the time
 * for 3 atoms of 3 × 3 over 16 channels. The same holds for its gradient, where every channel has a map for each atom.
 */
const groupedChannels: Rule = (node) => {
  const [x, filter, bias] = node.inputs;
  const maps = x?.shape[1];
  if (node.op !== "Conv" || bias || (node.attributes.group ?? 1) !== maps) return undefined;
  if (!isConstant(filter) || filter!.shape[1] !== 1) return undefined;
  const before = producer(x, "Reshape")?.inputs[0];
  const [count, all] = before?.shape ?? [];
  const channels = all! / maps!;
  if (!before || before.shape.length < 3 || count! * channels !== x!.shape[0] || channels < 2) return undefined;
  const images = reshape(before, [count!, all!, ...x!.shape.slice(2)]);
  const [y] = node.outputs;
  const shape = [count!, channels * filter!.shape[0]!, ...y!.shape.slice(2)];
  const repeated = op(
    "Tile",
    [filter, integers([channels, 1, 1, 1])],
    [channels * filter!.shape[0]!, ...filter!.shape.slice(1)],
  );
  const grouped = op("Conv", [images, repeated], shape, { ...node.attributes, group: all! });
  return [reshape(grouped, y!.shape)];
};

/** Rules for convolutions of single channels, which is how a layer applies its atoms. */
export const channels: readonly Rule[] = [groupedChannels];
