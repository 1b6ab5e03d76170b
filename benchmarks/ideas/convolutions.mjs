// Ways to compute a 3 × 3 convolution of maps [n, h, w, c] with zeros around them, by filters [3, 3, c, k], and its two gradients.

import * as tf from "@tensorflow/tfjs-core";

const geometry = { strides: 1, pad: "same", dataFormat: "NHWC" };
const run = (kernel, inputs, attributes) => tf.engine().runKernel(kernel, inputs, { ...geometry, ...attributes });

/** TensorFlow.js's own kernels, which the compiler translates as it thinks best. */
export const direct = {
  forward: (x, filter) => tf.conv2d(x, filter, 1, "same"),
  inputGradient: (dy, filter, inputShape) => run("Conv2DBackpropInput", { dy, filter }, { inputShape }),
  filterGradient: (x, dy, filterShape) => run("Conv2DBackpropFilter", { x, dy }, { filterShape }),
};

/** Convolution whose three functions are those of `way`, or the direct ones where it has none. */
export const convolutionBy = (way) => {
  const { forward, inputGradient, filterGradient } = { ...direct, ...way };
  return tf.customGrad((x, filter, save) => {
    save([x, filter]);
    return {
      value: forward(x, filter),
      gradFunc: (dy, [x, filter]) => [inputGradient(dy, filter, x.shape), filterGradient(x, dy, filter.shape)],
    };
  });
};

/** The gradient of the maps as a convolution: by the filter flipped, with inputs and outputs exchanged. */
const asConvolution = (forward) => (dy, filter) => forward(dy, tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]));

const around = [
  [0, 0],
  [1, 1],
  [1, 1],
  [0, 0],
];

/** Maps as a matrix of windows, [n · h · w, 9 · c]. */
function unfolded(x) {
  const [n, h, w, c] = x.shape;
  const padded = tf.pad(x, around);
  const seen = Array.from({ length: 9 }, (_, i) => tf.slice(padded, [0, Math.floor(i / 3), i % 3, 0], [n, h, w, c]));
  return tf.reshape(tf.concat(seen, 3), [n * h * w, 9 * c]);
}

/** One product of matrices over all windows of all maps. */
export const unfolding = {
  forward(x, filter) {
    const [n, h, w, c] = x.shape;
    const k = filter.shape[3];
    return tf.reshape(tf.matMul(unfolded(x), tf.reshape(filter, [9 * c, k])), [n, h, w, k]);
  },
  inputGradient: asConvolution((...inputs) => unfolding.forward(...inputs)),
  filterGradient(x, dy, shape) {
    const rows = tf.reshape(dy, [-1, shape[3]]);
    return tf.reshape(tf.matMul(unfolded(x), rows, true), shape);
  },
};

/**
 * Winograd's minimal filtering F(m × m, 3 × 3), from Lavin and Gray 2016, §4: m × m outputs at a time, from tiles of a × a with
 * a = m + 2. An output tile is Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A; the sums over channels become a² products of matrices.
 */
const matrices = {
  2: {
    B: [
      [1, 0, -1, 0],
      [0, 1, 1, 0],
      [0, -1, 1, 0],
      [0, 1, 0, -1],
    ],
    G: [
      [1, 0, 0],
      [1 / 2, 1 / 2, 1 / 2],
      [1 / 2, -1 / 2, 1 / 2],
      [0, 0, 1],
    ],
    A: [
      [1, 1, 1, 0],
      [0, 1, -1, -1],
    ],
  },
  4: {
    B: [
      [4, 0, -5, 0, 1, 0],
      [0, -4, -4, 1, 1, 0],
      [0, 4, -4, -1, 1, 0],
      [0, -2, -1, 2, 1, 0],
      [0, 2, -1, -2, 1, 0],
      [0, 4, 0, -5, 0, 1],
    ],
    G: [
      [1 / 4, 0, 0],
      [-1 / 6, -1 / 6, -1 / 6],
      [-1 / 6, 1 / 6, -1 / 6],
      [1 / 24, 1 / 12, 1 / 6],
      [1 / 24, -1 / 12, 1 / 6],
      [0, 0, 1],
    ],
    A: [
      [1, 1, 1, 1, 1, 0],
      [0, 1, -1, 2, -2, 0],
      [0, 1, 1, 4, 4, 0],
      [0, 1, -1, 8, -8, 1],
    ],
  },
};

/** Matrix M ⊗ M, which transforms both axes of a tile at once. */
const bothAxes = (M) => tf.tensor2d(M.flatMap((row) => M.map((other) => row.flatMap((a) => other.map((b) => a * b)))));

/** Winograd's convolution. @param m outputs of a tile along each axis, 2 or 4, of which the maps have a multiple */
export function winograd(m) {
  const a = m + 2;
  const { B, G, A } = matrices[m];

  /** Tiles of the maps, transformed: [a², n · tiles, c]. Entry (i, j) of every tile is one strided slice. */
  function transformedTiles(x) {
    const [n, h, w, c] = x.shape;
    const padded = tf.pad(x, around);
    const entries = Array.from({ length: a * a }, (_, i) => {
      const [row, column] = [Math.floor(i / a), i % a];
      return tf.stridedSlice(padded, [0, row, column, 0], [n, row + h - m + 1, column + w - m + 1, c], [1, m, m, 1]);
    });
    const tiles = (n * h * w) / m ** 2;
    return tf.reshape(tf.matMul(bothAxes(B), tf.reshape(tf.stack(entries), [a * a, tiles * c])), [a * a, tiles, c]);
  }
  function forward(x, filter) {
    const [n, h, w] = x.shape;
    const [, , c, k] = filter.shape;
    const filters = tf.reshape(tf.matMul(bothAxes(G), tf.reshape(filter, [9, c * k])), [a * a, c, k]);
    const products = tf.reshape(tf.matMul(transformedTiles(x), filters), [a * a, -1]);
    const outputs = tf.reshape(tf.matMul(bothAxes(A), products), [m, m, n, h / m, w / m, k]);
    return tf.reshape(tf.transpose(outputs, [2, 3, 0, 4, 1, 5]), [n, h, w, k]);
  }
  return {
    forward,
    inputGradient: asConvolution(forward),
    filterGradient(x, dy, [, , c, k]) {
      const [n, h, w] = x.shape;
      const tiles = tf.transpose(tf.reshape(dy, [n, h / m, m, w / m, m, k]), [2, 4, 0, 1, 3, 5]);
      const gradients = tf.matMul(bothAxes(A), tf.reshape(tiles, [m * m, -1]), true);
      const products = tf.matMul(transformedTiles(x), tf.reshape(gradients, [a * a, -1, k]), true);
      return tf.reshape(tf.matMul(bothAxes(G), tf.reshape(products, [a * a, c * k]), true), [3, 3, c, k]);
    },
  };
}
