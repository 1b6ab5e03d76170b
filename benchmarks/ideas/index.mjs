import * as tf from "@tensorflow/tfjs-core";
import { convolutionBy, direct, unfolding, winograd } from "./convolutions.mjs";
import { averagePool, averagePoolByRepetition, maxPool, maxPoolBySlices, rectifierByMask } from "./pooling.mjs";

/** Maps of ResNet-20's three stages, [height = width, channels]. */
const stages = [
  [32, 16],
  [16, 32],
  [8, 64],
];

/**
 * Function from maps and filters to the gradients of the filters, so that a graph has what a training step needs: convolutions, each
 * followed by what `after` does, and the mean square of the last result as the loss.
 */
const gradients =
  ({ convolution = convolutionBy(direct), after = tf.relu }) =>
  ({ x, filters }) =>
    tf.grads((...list) => tf.mean(tf.square(list.reduce((y, filter) => after(convolution(y, filter)), x))))(filters);

/** Maps and filters in a batch. */
const specs = (batch, size, channels, layers) => ({
  x: { shape: [batch, size, size, channels], dtype: "float32" },
  filters: Array.from({ length: layers }, () => ({ shape: [3, 3, channels, channels], dtype: "float32" })),
});

/** Parts of a convolution that a way replaces. */
const parts = {
  "forward and input gradient": ["forward", "inputGradient"],
  "filter gradient": ["filterGradient"],
};

const ofConvolutions = (name, title, way, multiple = 1) =>
  Object.entries(parts).flatMap(([part, functions]) =>
    stages
      .filter(([size]) => size % multiple === 0)
      .map(([size, channels]) => ({
        idea: name,
        title: `${title}: ${part}`,
        where: `four 3 × 3 convolutions of ${size} × ${size} × ${channels}`,
        specs: (batch) => specs(batch, size, channels, 4),
        ours: gradients({}),
        other: gradients({ convolution: convolutionBy(Object.fromEntries(functions.map((f) => [f, way[f]]))) }),
      })),
  );

const ofPooling = (name, title, own, other) => ({
  idea: name,
  title,
  where: "two convolutions of 32 × 32 × 16 and 16 × 16 × 16, pooled",
  specs: (batch) => specs(batch, 32, 16, 2),
  ours: gradients({ after: own }),
  other: gradients({ after: other }),
});

/**
 * Ideas that change a formula, each with the compiler's own: `{ idea, title, where, specs(batch), ours, other }`. Both are functions of the
 * tensors that `specs` describes, and give equal results.
 */
export const formulas = [
  ...ofConvolutions("winograd-2", "Winograd F(2 × 2, 3 × 3)", winograd(2), 2),
  ...ofConvolutions("winograd-4", "Winograd F(4 × 4, 3 × 3)", winograd(4), 4),
  ...ofConvolutions("unfolding", "one product over unfolded windows", unfolding),
  ofPooling("max-slices", "gradient of max pooling by slices", maxPool, maxPoolBySlices),
  ofPooling("average-repeat", "gradient of average pooling by repetition", averagePool, averagePoolByRepetition),
  {
    idea: "rectifier-mask",
    title: "gradient of the rectifier by a mask",
    where: "four 3 × 3 convolutions of 32 × 32 × 16",
    specs: (batch) => specs(batch, 32, 16, 4),
    ours: gradients({}),
    other: gradients({ after: rectifierByMask }),
  },
];

/** Runtime whose sessions have a memory pattern. */
const withPattern = (runtime) => ({
  ...runtime,
  env: runtime.env,
  Tensor: runtime.Tensor,
  InferenceSession: {
    create: (model, options) => runtime.InferenceSession.create(model, { ...options, enableMemPattern: true }),
  },
});

/**
 * Ideas that change how the training step of a workload is run: `{ idea, title, workload, variant, steps, ours, other }`. Both
 * are functions from the runtime to options of `compiledTask`; `steps` are done at a time.
 */
export const ways = [
  ...[
    ["mlp", "two-columns"],
    ["mlp", "prepared"],
    ["mlp", "dense"],
    ["lenet5", "dense"],
  ].flatMap(([workload, variant]) =>
    [1, 32].map((stepsPerCall) => ({
      idea: "steps-per-call",
      title: `${stepsPerCall === 1 ? "one step" : `${stepsPerCall} steps`} per call`,
      workload,
      variant,
      steps: 32,
      ours: (runtime) => ({ runtime, stepsPerCall: 8 }),
      other: (runtime) => ({ runtime, stepsPerCall }),
    })),
  ),
  ...[
    ["mlp", "factorized"],
    ["lenet5", "dense"],
    ["resnet20", "dense"],
  ].map(([workload, variant]) => ({
    idea: "memory-pattern",
    title: "with memory patterns",
    workload,
    variant,
    steps: 8,
    ours: (runtime) => ({ runtime }),
    other: (runtime) => ({ runtime: withPattern(runtime) }),
  })),
];

export const names = [...new Set([...formulas, ...ways].map(({ idea }) => idea))];
