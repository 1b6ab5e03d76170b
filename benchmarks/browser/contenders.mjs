/**
 * Contenders, in `page/contenders/<id>.mjs`. Ratios are relative to the fastest `peer`.
 */
export const contenders = [
  { id: "weightcast", title: "Weightcast, compiled", peer: false },
  { id: "tfjs", title: "TensorFlow.js wasm", peer: true },
  { id: "tfjs-tuned", title: "TensorFlow.js wasm, tuned by hand", peer: true },
  { id: "tfjs-patched", title: "TensorFlow.js wasm, patched by Weightcast", peer: false },
  { id: "jax-js", title: "jax-js", peer: true },
];

/** Networks to train. */
export const variants = [
  { id: "dense", title: "dense" },
  { id: "factorized", title: "factorized, 5% learned" },
  { id: "prepared", title: "factorized, 5% learned, the first layer's xU computed beforehand" },
];
