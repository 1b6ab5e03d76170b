/** Names of the optimizers that `optimizerOf` makes. */
export const optimizerNames = ["sgd", "adam", "rmsprop", "adagrad", "lion"] as const;
/** Name of an optimizer. */
export type OptimizerName = (typeof optimizerNames)[number];

/** Names of the learning-rate schedules that `scheduleOf` makes. */
export const scheduleNames = ["constant", "step", "cosine", "paper"] as const;
/** Name of a learning-rate schedule. */
export type ScheduleName = (typeof scheduleNames)[number];

/**
 * Ways to run the steps of a training. `compiled`: each step is one graph that ONNX Runtime runs; `eager`: TensorFlow.js
 * runs it operation by operation; `auto`: compiled if possible, otherwise eager.
 */
export const executionNames = ["auto", "compiled", "eager"] as const;
/** Name of a way to run steps. */
export type ExecutionName = (typeof executionNames)[number];

/** What runs compiled steps: the processor, WebGPU, or `auto`: WebGPU where runtime and browser have it. */
export const deviceNames = ["auto", "cpu", "webgpu"] as const;
/** Name of what runs compiled steps. */
export type DeviceName = (typeof deviceNames)[number];

/** Usual settings of a distillation: the part of the loss that is the distance to the teacher, and what logits are divided by. */
export const usualDistillation = { weight: 0.9, temperature: 2 } as const;
