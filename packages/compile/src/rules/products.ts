import { constant, op, type Value } from "../graph";
import { reshape } from "../kernels/shapes";
import type { Rule } from "../rewrite";
import { integersOf, madeBy, numberOf, sameShape } from "./match";

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

/** A matrix, and whether it is to be transposed to be the value. */
function factor(value: Value): readonly [Value, number] {
  const transposed = madeBy(value, "Transpose");
  return transposed ? [transposed.inputs[0]!, 1] : [value, 0];
}

/** c v + a b, for a number c: one operation (the velocity of momentum, say). */
const scaledAndAdded: Rule = (node, { uses }) => {
  if (node.op !== "Add") return undefined;
  for (const [scaled, product] of [node.inputs, [...node.inputs].reverse()]) {
    const by = madeBy(scaled, "Mul");
    const multiplied = madeBy(product, "MatMul");
    if (!by || !multiplied || uses(product!) > 1 || product!.shape.length !== 2) continue;
    const [v, c] = numberOf(by.inputs[1]) === undefined ? [by.inputs[1], by.inputs[0]] : by.inputs;
    const beta = numberOf(c);
    if (beta === undefined || !sameShape(v!.shape, product!.shape)) continue;
    const [left, right] = multiplied.inputs;
    if (left!.shape.length !== 2 || right!.shape.length !== 2 || product!.type !== "float32") continue;
    const [a, transA] = factor(left!);
    const [b, transB] = factor(right!);
    return [op("Gemm", [a, b, v], product!.shape, { transA, transB, beta: { float: beta } })];
  }
  return undefined;
};

/** Matrix products in the form that the runtime is fastest with. */
export const products: readonly Rule[] = [batchOfOne, columnSums, scaledAndAdded];
