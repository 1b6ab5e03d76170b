import * as tf from "@tensorflow/tfjs-core";

/**
 * Gradients that take fewer operations in a graph than TensorFlow.js's own. That of a repetition is a slice and an addition for
 * every repetition there, thousands of nodes in a layer normalization; here it is one sum.
 */
const replacements: readonly tf.GradConfig[] = [
  {
    kernelName: "Tile",
    inputsToSave: ["x"],
    gradFunc: (dy, [x], attrs) => ({ x: () => sumOfRepetitions(dy as tf.Tensor, x!.shape, attrs.reps as number[]) }),
  },
];

/** Sum of the repetitions of a tensor of this shape: each repeated axis is split in two, and added up along the first. */
function sumOfRepetitions(dy: tf.Tensor, shape: readonly number[], reps: readonly number[]): tf.Tensor {
  const split: number[] = [];
  const repeated: number[] = [];
  for (const [axis, size] of shape.entries()) {
    if (reps[axis] !== 1) repeated.push(split.push(reps[axis]!) - 1);
    split.push(size);
  }
  return repeated.length === 0 ? dy : tf.sum(tf.reshape(dy, split), repeated);
}

/** Runs a function while TensorFlow.js derives gradients by the replacements. */
export function withGraphGradients<T>(body: () => T): T {
  const originals = replacements.map(({ kernelName }) => tf.getGradient(kernelName));
  for (const replacement of replacements) tf.registerGradient(replacement);
  try {
    return body();
  } finally {
    for (const [i, original] of originals.entries())
      if (original) tf.registerGradient(original);
      else tf.unregisterGradient(replacements[i]!.kernelName);
  }
}
