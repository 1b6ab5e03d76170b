import { tensor } from "@tensorflow/tfjs-core";

/**
 * Array of examples, as plain data, so that every contender makes its own tensors.
 * @param count examples
 * @param shape of one
 * @param value of each number, in order
 */
export const array = (count, shape, value) => ({
  shape: [count, ...shape],
  data: Float32Array.from({ length: count * shape.reduce((product, size) => product * size, 1) }, (_, i) => value(i)),
});

/** One-hot rows. @param classes number of each example's class */
export const oneHot = (classes, width) =>
  array(classes.length, [width], (i) => (classes[Math.floor(i / width)] === i % width ? 1 : 0));

/** Tensor of an array, or a list of them, as `fit` takes them. */
export const tensors = (arrays) =>
  arrays.length === 1 ? tensor(arrays[0].data, arrays[0].shape) : arrays.map(({ data, shape }) => tensor(data, shape));
