/**
 * Zeros around a padded map, [[above, below], [left, right]]. With `same`, as TensorFlow defines it, there is one place per
 * stride, and if the number of zeros is odd, the larger half is below and on the right.
 */
export const padsOf = ({ window, strides, padding, input, output }) =>
  window.map((size, axis) => {
    const missing = (output[axis] - 1) * strides[axis] + size - input[axis];
    const all = padding === "same" ? Math.max(0, missing) : 0;
    return [Math.floor(all / 2), Math.ceil(all / 2)];
  });
