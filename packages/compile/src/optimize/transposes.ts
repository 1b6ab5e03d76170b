import { op } from "../graph/graph";
import { reshape, transpose } from "../kernels/shapes";
import { permOf, producer, type Rule, sameShape, type User } from "./rewrite";

/** Order of axes that transposes each matrix of a stack. */
const swapped = [0, 2, 1];

/** Whether a result is used as a stack of transposed matrices. */
const transposesStack = (user: User): boolean =>
  user !== "graph" && user.op === "Transpose" && sameShape(permOf(user), swapped);

/**
 * A product whose matrices are used only transposed is the product of the transposed factors in the other order. The runtime's products take their
 * factors transposed at no cost. (A product with a constant stays as it is, because it may be prepared row by row.)
 */
export const transposedProduct: Rule = ({ op: name, inputs: [a, b], outputs: [y] }, users) => {
  if (name !== "MatMul" || y!.shape.length !== 3 || !users.every(transposesStack)) return undefined;
  const factors = [b!, a!];
  if (factors.some(({ shape, data }) => shape.length < 2 || data)) return undefined;
  const [left, right] = factors.map((factor) => transpose(factor, factor.shape.length === 2 ? [1, 0] : swapped));
  const [count, rows, columns] = y!.shape as [number, number, number];
  return [transpose(op("MatMul", [left, right], [count, columns, rows]), swapped)];
};

/**
 * A transpose of the images that a convolution returns, after a reshape to rows of places, comes before the reshape and has four axes: the
 * runtime's convolutions then return the images in that order themselves. (A product takes a transposed factor at no cost as it is.)
 */
export const afterConvolution: Rule = (node, users) => {
  const shaped = node.op === "Transpose" ? producer(node.inputs[0], "Reshape") : undefined;
  const images = shaped && producer(shaped.inputs[0], "Conv")?.outputs[0];
  if (images?.shape.length !== 4 || users.every((user) => user !== "graph" && user.op === "MatMul")) return undefined;
  const [n, c, height, width] = images.shape as [number, number, number, number];
  if (!sameShape(permOf(node), swapped) || !sameShape(node.inputs[0]!.shape, [n, c, height * width])) return undefined;
  return [reshape(transpose(images, [0, 2, 3, 1]), node.outputs[0]!.shape)];
};
