import { constant, op } from "../graph";
import { reshape } from "../kernels/shapes";
import type { Rule } from "../rewrite";
import { integersOf, sameShape } from "./match";

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

/** Matrix products in the form that the runtime is fastest with. */
export const products: readonly Rule[] = [batchOfOne, columnSums];
