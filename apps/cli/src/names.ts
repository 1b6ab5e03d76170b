/*
 * Names and defaults for the help, written out because the packages that own them load TensorFlow.js, for which
 * `--help` should not wait. names.test.ts holds them against their owners.
 */

/** Of @weightcast/experiments. */
export const methodNames = [
  "nokernel",
  "LowRank",
  "RandCon",
  "RandFixU",
  "SE-Emp",
  "SE-Emp2",
  "SE-AE",
  "DCT-Emp",
  "wavelet-Emp",
  "Emp-Emp",
  "SE-SE",
] as const;
/** Of networks other than hidden layers. */
export const networkMethodNames = ["nokernel", "SE", "RandFixU", "RandCon", "DCT"] as const;
/** Data sets that go by a name: embedded, or downloaded. */
export const dataNames = ["mnist", "cifar10", "cifar100", "stl10"] as const;
/** What `useEngine` of @weightcast/backend takes. */
export const engineChoices = ["auto", "native", "wasm", "cpu"] as const;
export type EngineChoice = (typeof engineChoices)[number];
/** What `train` of @weightcast/training takes. */
export const executionChoices = ["auto", "compiled", "eager"] as const;
export type ExecutionChoice = (typeof executionChoices)[number];
/** Of the run schema. */
export const activationNames = ["sigmoid", "relu", "tanh"] as const;
export const optimizerNames = ["sgd", "adam"] as const;
export const scheduleNames = ["constant", "step", "cosine", "paper"] as const;
