import { integers, type Node, op, ops, type Value } from "../graph/graph";
import { convolution, fromBlocks, inBlocks } from "../kernels/images/blocked";
import { reshape, transpose } from "../kernels/shapes";
import { slice } from "../kernels/slicing";
import { isConstant } from "./channels";
import { integersOf, producer, type Rule, sameShape } from "./rewrite";

/*
 * The product of a convolutional layer whose channels share atoms, y = Σ_a V_a (u_a ∗ x) with u_a slid over each channel alone, in the layout of
 * the runtime's fast kernels. They take one atom at a time over all channels, and add to what is there: neither the maps of all atoms, as many times
 * larger than x, nor their gradients are brought into one place.
 */

/** Attributes of a convolution that does not move between places. */
const pointwise = { strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] };

/** Atoms slid over each channel alone. */
interface Slid {
  readonly conv: Node;
  /** Constant [A, 1, h, w]. */
  readonly atoms: Value;
  readonly channels: number;
}

/** What a convolution slides, if its filters are constant atoms, the same for every channel: [channels · A, 1, h, w]. */
function slidBy(conv: Node | undefined, channels: number, block: number): Slid | undefined {
  const [, filter, bias] = conv?.inputs ?? [];
  const repeated = bias ? undefined : producer(filter, "Tile");
  const [atoms, times] = repeated?.inputs ?? [];
  if (!isConstant(atoms) || atoms!.shape[0]! < 2 || channels % block !== 0) return undefined;
  return sameShape(integersOf(times) ?? [], [channels, 1, 1, 1]) ? { conv: conv!, atoms: atoms!, channels } : undefined;
}

/** Filter of one atom for every channel, in the order of blocks. */
function everywhere({ atoms, channels }: Slid, index: number, block: number): Value {
  const [, , height, width] = atoms.shape as [number, number, number, number];
  const one = slice(atoms, [index, 0, 0, 0], [1, 1, height, width]);
  const blocks = [channels / block, 1, height, width, block];
  const repeats = integers([channels / block, 1, 1, 1, block]);
  return reshape(op("Tile", [reshape(one, [1, 1, height, width, 1]), repeats], blocks), [channels, 1, height, width]);
}

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

/** One atom slid over each channel alone. @param x in blocks @param added value to which the result is added */
function slide(slid: Slid, index: number, x: Value, block: number, added?: Value): Value {
  const { strides = [1, 1], dilations = [1, 1], pads } = slid.conv.attributes;
  const attributes = { strides, dilations, pads: pads!, group: slid.channels };
  const size = slid.conv.outputs[0]!.shape.slice(2);
  return convolution(x, everywhere(slid, index, block), undefined, size, attributes, added);
}

/** Each atom's maps of all channels, in blocks: A times [n, channels, h', w']. */
function mapsInBlocks(slid: Slid, block: number): readonly Value[] {
  const seen = inBlocks(slid.conv.inputs[0]!, block);
  return range(slid.atoms.shape[0]!).map((i) => slide(slid, i, seen, block));
}

/** What a convolution slides, if it makes several maps of each channel. */
function severalOf(node: Node | undefined, block: number): Slid | undefined {
  const group = node?.op === "Conv" ? node.attributes.group : undefined;
  return typeof group === "number" && group < node!.inputs[1]!.shape[0]! ? slidBy(node, group, block) : undefined;
}

/** What slid over channels to make the maps that a value consists of, [n, channels · A, h' · w']. */
function mapsOf(value: Value | undefined, block: number): Slid | undefined {
  const slid = severalOf(producer(producer(value, "Reshape")?.inputs[0], "Conv"), block);
  if (!slid || value!.shape.length !== 3) return undefined;
  return sameShape(value!.shape.slice(0, 2), slid.conv.outputs[0]!.shape.slice(0, 2)) ? slid : undefined;
}

/** The part of a matrix that belongs to each atom, of which the runtime makes a convolution of one pixel: A times [out, in, 1, 1]. */
function mixings(parts: Value, block: number): readonly Value[] {
  // [out/b, b, in/b, b, A]
  const [outputs, , inputs, , count] = parts.shape as [number, number, number, number, number];
  const ordered = transpose(parts, [4, 0, 2, 3, 1]);
  const shape = [1, outputs, inputs, block, block];
  const each = ops(
    "Split",
    [ordered, integers(range(count).fill(1))],
    range(count).map(() => ({ shape, type: parts.type })),
    { axis: 0 },
  );
  return each.map((value) => reshape(value, [outputs * block, inputs * block, 1, 1]));
}

/** V times the maps of all atoms: one atom after the other. */
const mixed =
  (block: number): Rule =>
  (node) => {
    const [matrix, maps] = node.inputs;
    const slid = node.op === "MatMul" && matrix!.shape.length === 2 ? mapsOf(maps, block) : undefined;
    const outputs = matrix?.shape[0];
    if (!slid || outputs! % block !== 0) return undefined;
    const { channels, atoms, conv } = slid;
    const weights = mixings(
      reshape(matrix!, [outputs! / block, block, channels / block, block, atoms.shape[0]!]),
      block,
    );
    const size = conv.outputs[0]!.shape.slice(2);
    const sum = mapsInBlocks(slid, block).reduce<Value | undefined>(
      (before, map, i) => convolution(map, weights[i]!, undefined, size, pointwise, before),
      undefined,
    );
    return [reshape(fromBlocks(sum!), node.outputs[0]!.shape)];
  };

/** The gradient with respect to V, the sum over images of the maps times the gradient of the output. */
const mixedGradient =
  (block: number): Rule =>
  (node) => {
    const product =
      node.op === "ReduceSum" && sameShape(integersOf(node.inputs[1]) ?? [], [0])
        ? producer(node.inputs[0], "MatMul")
        : undefined;
    const [maps, turned] = product?.inputs ?? [];
    const slid =
      product && node.attributes.keepdims === 0 && turned!.shape.length === 3 ? mapsOf(maps, block) : undefined;
    if (!slid) return undefined;
    const [images, , places] = maps!.shape as [number, number, number];
    const outputs = turned!.shape[2]!;
    const { channels, atoms } = slid;
    const each = mapsInBlocks(slid, block).map((map) => {
      const products = op(
        "MatMul",
        [reshape(fromBlocks(map), [images, channels, places]), turned],
        [images, channels, outputs],
      );
      const sum = op("ReduceSum", [products, integers([0])], [channels, outputs], { keepdims: 0 });
      return reshape(sum, [channels, 1, outputs]);
    });
    const all = op("Concat", each, [channels, atoms.shape[0]!, outputs], { axis: 1 });
    return [reshape(all, node.outputs[0]!.shape)];
  };

/** Parts of the gradient with respect to images: a matrix times `dy`, slid over by atoms, and the sum over them. */
interface SlidBack extends Slid {
  /** [channels · A, out] */
  readonly matrix: Value;
  /** [n, out, h' · w'] */
  readonly dy: Value;
}

/** What a sum over atoms consists of, if it is the gradient with respect to images. @param byAtom [n · channels, A, h, w] */
function slidBackBy(byAtom: Value | undefined, block: number): SlidBack | undefined {
  const conv = producer(producer(byAtom, "Reshape")?.inputs[0], "Conv");
  const product = producer(producer(conv?.inputs[0], "Reshape")?.inputs[0], "MatMul");
  if (!conv || !product || byAtom!.shape.length !== 4) return undefined;
  const [images, all] = conv.inputs[0]!.shape as [number, number];
  const count = byAtom!.shape[1]!;
  const [matrix, dy] = product.inputs as [Value, Value];
  if (conv.attributes.group !== all || matrix.shape.length !== 2 || dy.shape.length !== 3) return undefined;
  if (!sameShape(product.outputs[0]!.shape.slice(0, 2), [images, all]) || matrix.shape[1]! % block !== 0)
    return undefined;
  const slid = slidBy(conv, all / count, block);
  return slid?.atoms.shape[0] === count ? { ...slid, matrix, dy } : undefined;
}

/** The gradient with respect to images: the gradient of each atom's maps, slid over by that atom, and their sum. */
const slidGradient =
  (block: number): Rule =>
  (node) => {
    const sums = node.op === "ReduceSum" && sameShape(integersOf(node.inputs[1]) ?? [], [1]);
    const slid = sums ? slidBackBy(node.inputs[0], block) : undefined;
    if (!slid) return undefined;
    const { conv, atoms, channels, matrix, dy } = slid;
    const [images, , ...size] = conv.inputs[0]!.shape as [number, number, number, number];
    const outputs = matrix.shape[1]!;
    const gradient = inBlocks(reshape(dy, [images, outputs, ...size]), block);
    const rows = reshape(matrix, [channels / block, block, atoms.shape[0]!, outputs / block, block]);
    const sum = mixings(transpose(rows, [0, 1, 3, 4, 2]), block).reduce<Value | undefined>((before, weights, i) => {
      const maps = convolution(gradient, weights, undefined, size, pointwise);
      return slide(slid, i, maps, block, before);
    }, undefined);
    return [reshape(fromBlocks(sum!), node.outputs[0]!.shape)];
  };

/** Maps that something else needs, which the other rules would compute twice. */
const kept =
  (block: number): Rule =>
  (node) => {
    const slid = severalOf(node, block);
    if (!slid) return undefined;
    const { shape } = node.outputs[0]!;
    const { channels, atoms } = slid;
    const each = mapsInBlocks(slid, block).map((map) =>
      reshape(fromBlocks(map), [shape[0]!, channels, 1, ...shape.slice(2)]),
    );
    const all = op("Concat", each, [shape[0]!, channels, atoms.shape[0]!, ...shape.slice(2)], { axis: 2 });
    return [reshape(all, shape)];
  };

/** Rules for layers whose channels share atoms, where the runtime has a layout in blocks of channels: first for products, then for what is left. */
export const atoms = (block: number): readonly (readonly Rule[])[] => [
  [mixed(block), mixedGradient(block), slidGradient(block)],
  [kept(block)],
];
