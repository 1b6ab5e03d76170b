import { constant, integers, op, type Value } from "../graph/graph";
import { reshape, transpose } from "../kernels/shapes";
import { integersOf, permOf, producer, type Rule, sameShape } from "./rewrite";

const isOne = (shape: readonly number[]) => shape.every((size) => size === 1);

/**
 * A product with a batch of one is a product of matrices. (Dense layers of tf.layers and tf.matMul turn matrices into
 * such batches.)
 */
const batchOfOne: Rule = (node) => {
  const {
    inputs: [a, b],
    outputs: [y],
  } = node;
  if (node.op !== "MatMul" || a!.shape.length < 2 || b!.shape.length < 2 || y!.shape.length < 3) return undefined;
  if (!isOne(y!.shape.slice(0, -2))) return undefined;
  const [left, right] = [a!, b!].map((value) => reshape(value, value.shape.slice(-2)));
  return [reshape(op("MatMul", [left, right], y!.shape.slice(-2)), y!.shape)];
};

/** Sums of a matrix's columns become a product with ones: the runtime's own reduction takes twice as long. */
const columnSums: Rule = (node) => {
  const {
    inputs: [x, axes],
    outputs: [y],
  } = node;
  if (node.op !== "ReduceSum" || x!.type !== "float32" || x!.shape.length !== 2) return undefined;
  if (!sameShape(integersOf(axes) ?? [], [0]) || x!.shape[0] === 0) return undefined;
  const [rows, columns] = x!.shape as readonly [number, number];
  const ones = constant(new Float32Array(rows).fill(1), [1, rows], "float32");
  return [reshape(op("MatMul", [ones, x], [1, columns]), y!.shape)];
};

/** Images with channels first, [n, k, p], if `rows` are their places, [n·p, k]. */
function imagesOf(rows: Value | undefined): Value | undefined {
  const turned = producer(producer(rows, "Reshape")?.inputs[0], "Transpose");
  if (!turned || !sameShape(permOf(turned), [0, 2, 1])) return undefined;
  const [images, channels, places] = turned.inputs[0]!.shape as [number, number, number];
  return sameShape(rows!.shape, [images * places, channels]) ? turned.inputs[0] : undefined;
}

/**
 * The places of images times a learned matrix become the matrix times each image, which keeps the channels first. (A
 * constant matrix stays where it is, because its product may be prepared row by row.)
 */
const places: Rule = (node) => {
  const [rows, matrix] = node.inputs;
  const images = node.op === "MatMul" && matrix!.shape.length === 2 && !matrix!.data ? imagesOf(rows) : undefined;
  if (!images) return undefined;
  const [count, , size] = images.shape as [number, number, number];
  const channels = matrix!.shape[1]!;
  const product = op("MatMul", [transpose(matrix!, [1, 0]), images], [count, channels, size]);
  return [reshape(transpose(product, [0, 2, 1]), [count * size, channels])];
};

/**
 * The gradient with respect to that matrix becomes the sum of one product per image, if the products are smaller than the
 * images.
 */
const placesGradient: Rule = (node) => {
  const [turned, dy] = node.inputs;
  const back = node.op === "MatMul" ? producer(turned, "Transpose") : undefined;
  const images = back && sameShape(permOf(back), [1, 0]) ? imagesOf(back.inputs[0]) : undefined;
  const gradients = images && imagesOf(dy);
  if (!gradients || !sameShape([images.shape[0]!, images.shape[2]!], [gradients.shape[0]!, gradients.shape[2]!]))
    return undefined;
  const [count, channels, size] = images.shape as [number, number, number];
  const outputs = gradients.shape[1]!;
  if (outputs > size) return undefined;
  const products = op("MatMul", [images, transpose(gradients, [0, 2, 1])], [count, channels, outputs]);
  return [op("ReduceSum", [products, integers([0])], [channels, outputs], { keepdims: 0 })];
};

/** Rules that put matrix products in the form in which the runtime is fastest. */
export const products: readonly Rule[] = [batchOfOne, columnSums, places, placesGradient];
