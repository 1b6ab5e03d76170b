import { fileURLToPath } from "node:url";

const file = (name) => fileURLToPath(new URL(`../contenders/${name}`, import.meta.url));

/**
 * Contenders of all workloads.
 *
 * @returns contenders `{ id, title, command, install, variants, eager }`: `command(folder, way)` starts one with a task's
 *   folder, in the way that it chose if it has several; `install` says how to get what it lacks; `variants` lists the
 *   variants it supports, if not all; `eager` is true if its first step takes no longer than the others
 */
export function contenders({ python }) {
  const node = (script, ...args) => ({
    command: (folder) => [process.execPath, file(script), folder, ...args],
    install: "npm run build",
  });
  const peer = (script, requirement, ...args) => ({
    command: (folder, way) => [python, file(script), folder, ...args, ...(way ? [`--way=${way}`] : [])],
    install: `in a virtual environment: pip install numpy ${requirement}; then pass the path of its python as --python PATH`,
  });
  const eager = { variants: ["dense", "factorized"], eager: true };
  return [
    { id: "weightcast", title: "Weightcast, compiled", ...node("weightcast.mjs") },
    { id: "torch", title: "PyTorch, eager", ...peer("peer_torch.py", "torch==2.13.0", "eager") },
    { id: "torch-compile", title: "PyTorch, torch.compile", ...peer("peer_torch.py", "torch==2.13.0", "compile") },
    { id: "jax", title: "JAX, jit", ...peer("peer_jax.py", "jax==0.10.2") },
    { id: "tensorflow", title: "TensorFlow, tf.function", ...peer("peer_tensorflow.py", "tensorflow-cpu==2.21.0") },
    {
      id: "tfjs-native",
      title: "TensorFlow.js, native",
      ...eager,
      ...node("tfjs.mjs", "native"),
      install: "npm run native",
    },
    { id: "tfjs-wasm", title: "TensorFlow.js, wasm, patched", ...eager, ...node("tfjs.mjs", "wasm") },
    { id: "tfjs-plain-wasm", title: "TensorFlow.js, wasm, unpatched", ...eager, ...node("tfjs.mjs", "plain-wasm") },
    { id: "tfjs-cpu", title: "TensorFlow.js, cpu", ...eager, ...node("tfjs.mjs", "cpu") },
  ];
}

/** Yardstick for the share of peak. */
export const matmul = {
  id: "matmul",
  title: "float32 product of 1024 × 1024 matrices",
  command: (folder) => [process.execPath, file("matmul.mjs"), folder],
};
