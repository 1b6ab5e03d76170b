import { constant, integers, op, type Value } from "../graph";
import { reshape, transpose } from "../kernels/shapes";
import type { Rule } from "../rewrite";
import { integersOf, madeBy, permOf, sameShape } from "./match";

const isOne = (shape: readonly number[]) => shape.every((size) => size === 1);

/** A batch of one product is a product of matrices. (tf.layers' dense layers and tf.matMul make three axes of two.) */
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

/** Sums of a matrix's columns, as a product with ones: the runtime's own reduction takes twice as long. */
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

/** Of rows that are the places of images, [n·p, k], the images with channels first, [n, k, p]. */
function imagesOf(rows: Value | undefined): Value | undefined {
  const turned = madeBy(madeBy(rows, "Reshape")?.inputs[0], "Transpose");
  if (!turned || !sameShape(permOf(turned), [0, 2, 1])) return undefined;
  const [images, channels, places] = turned.inputs[0]!.shape as [number, number, number];
  return sameShape(rows!.shape, [images * places, channels]) ? turned.inputs[0] : undefined;
}

/**
 * Every place of images times a learned matrix: the matrix times each image, which leaves the channels first. (A constant
 * matrix stays where it is: what it multiplies may be prepared, row by row.)
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

/** And the gradient of that matrix: a product for each image, added up, where the products are smaller than the images. */
const placesGradient: Rule = (node) => {
  const [turned, slopes] = node.inputs;
  const back = node.op === "MatMul" ? madeBy(turned, "Transpose") : undefined;
  const images = back && sameShape(permOf(back), [1, 0]) ? imagesOf(back.inputs[0]) : undefined;
  const after = images && imagesOf(slopes);
  if (!after || !sameShape([images.shape[0]!, images.shape[2]!], [after.shape[0]!, after.shape[2]!])) return undefined;
  const [count, channels, size] = images.shape as [number, number, number];
  const outputs = after.shape[1]!;
  if (outputs > size) return undefined;
  const products = op("MatMul", [images, transpose(after, [0, 2, 1])], [count, channels, outputs]);
  return [op("ReduceSum", [products, integers([0])], [channels, outputs], { keepdims: 0 })];
};

/** Matrix products in the form that the runtime is fastest with. */
export const products: readonly Rule[] = [batchOfOne, columnSums, places, placesGradient];
