/** Names of Node's engines, fastest first: the order in which `useEngine("auto")` tries them. */
export const engineNames = ["native", "wasm", "cpu"] as const;

/** Names of a browser's engines, in the order in which `useEngine("auto")` tries them there. */
export const browserEngineNames = ["webgl", "wasm", "cpu"] as const;

/** Engine that runs the tensor operations: TensorFlow's C library, a graphics card, WebAssembly with SIMD, or plain JavaScript. */
export type EngineName = (typeof engineNames)[number] | (typeof browserEngineNames)[number];

/** Choices in Node: an engine, or "auto" for the fastest available one. */
export const engineChoices = ["auto", ...engineNames] as const;

/** What `useEngine` takes: an engine, or "auto" for the fastest available one. */
export type EngineChoice = "auto" | EngineName;
