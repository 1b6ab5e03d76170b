import * as tf from "@tensorflow/tfjs-core";

type Gradient = tf.GradConfig["gradFunc"];

/**
 * Gradients that take fewer operations in a graph than TensorFlow.js's own, by kernel: functions of the inputs that are kept, and of
 * TensorFlow.js's gradient.
 */
const replacements: Readonly<
  Record<string, { readonly inputs: readonly string[]; readonly gradient: (own: Gradient) => Gradient }>
> = {
  /** TensorFlow.js adds up a slice for every repetition: thousands of nodes in a layer normalization. */
  Tile: {
    inputs: ["x"],
    gradient:
      () =>
      (dy, [x], attrs) => ({ x: () => sumOfRepetitions(dy as tf.Tensor, x!.shape, attrs.reps as number[]) }),
  },
  /** TensorFlow.js goes through the whole input about ten times. */
  FusedBatchNorm: {
    inputs: ["x", "mean", "variance", "scale"],
    gradient: (own) => (dy, saved, attrs) =>
      saved[1]!.rank === 1 ? ofBatchNorm(dy as tf.Tensor, saved, attrs) : own(dy, saved, attrs),
  },
};

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

/**
 * Gradients of y = (x − μ) r s + b with r = (σ² + ε)^(−½), for μ, σ², s and b of each channel: with the sums over everything else
 * A = Σ dy and B = Σ dy (x − μ), they are dy r s for x, −r s A for μ, −½ r³ s B for σ², r B for s and A for b.
 */
function ofBatchNorm(
  dy: tf.Tensor,
  [x, mean, variance, scale]: tf.Tensor[],
  attrs: tf.NamedAttrMap,
): Record<string, () => tf.Tensor> {
  const axes = dy.shape.slice(1).map((_, axis) => axis);
  const r = tf.rsqrt(tf.add(variance!, attrs.varianceEpsilon as number));
  const scaled = tf.mul(r, scale!);
  const a = tf.sum(dy, axes);
  // In the shape that a moment's mean has, so that x − μ is computed once.
  const means = tf.reshape(mean!, [...axes.map(() => 1), -1]);
  const b = tf.sum(tf.mul(dy, tf.sub(x!, means)), axes);
  return {
    x: () => tf.mul(dy, scaled),
    mean: () => tf.neg(tf.mul(scaled, a)),
    variance: () => tf.mul(tf.mul(tf.mul(tf.square(r), scaled), b), -0.5),
    scale: () => tf.mul(r, b),
    offset: () => a,
  };
}

/** Runs a function while TensorFlow.js derives gradients by the replacements. */
export function withGraphGradients<T>(body: () => T): T {
  const originals = Object.keys(replacements).flatMap((kernelName) => tf.getGradient(kernelName) ?? []);
  for (const { kernelName, gradFunc } of originals) {
    const { inputs, gradient } = replacements[kernelName]!;
    tf.registerGradient({ kernelName, inputsToSave: [...inputs], gradFunc: gradient(gradFunc) });
  }
  try {
    return body();
  } finally {
    for (const original of originals) tf.registerGradient(original);
  }
}
