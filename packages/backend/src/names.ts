/** Names of the engines, fastest first: the order in which `useEngine("auto")` tries them. */
export const engineNames = ["native", "wasm", "cpu"] as const;

/** Engine that runs the tensor operations: TensorFlow's C library, WebAssembly with SIMD, or plain JavaScript. */
export type EngineName = (typeof engineNames)[number];

/** Choices that `useEngine` takes: an engine, or "auto" for the fastest available one. */
export const engineChoices = ["auto", ...engineNames] as const;

/** One of {@link engineChoices}. */
export type EngineChoice = (typeof engineChoices)[number];
