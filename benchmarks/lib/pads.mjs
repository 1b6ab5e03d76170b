/**
 * Zeros that padding puts around a map, [[above, below], [left, right]]: of `same`, as TensorFlow has it, so many that places
 * are one a stride, and of an odd number the larger half below and on the right.
 */
export const padsOf = ({ window, strides, padding, input, output }) =>
  window.map((size, axis) => {
    const missing = (output[axis] - 1) * strides[axis] + size - input[axis];
    const all = padding === "same" ? Math.max(0, missing) : 0;
    return [Math.floor(all / 2), Math.ceil(all / 2)];
  });
