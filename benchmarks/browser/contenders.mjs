/**
 * Who takes part: `page/contenders/<id>.mjs`. `peer`: who the ratios are to.
 */
export const contenders = [
  { id: "weightcast", title: "Weightcast, compiled", peer: false },
  { id: "tfjs", title: "TensorFlow.js wasm", peer: true },
  { id: "tfjs-tuned", title: "TensorFlow.js wasm, tuned by hand", peer: true },
  { id: "tfjs-mended", title: "TensorFlow.js wasm, mended by Weightcast", peer: false },
  { id: "jax-js", title: "jax-js", peer: true },
];

/** What is trained. */
export const variants = [
  { id: "dense", title: "dense" },
  { id: "factorized", title: "factorized, 5% learned" },
  { id: "prepared", title: "factorized, 5% learned, the first layer's xU computed beforehand" },
];
