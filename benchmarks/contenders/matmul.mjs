// The yardstick: a product of two float32 matrices with the runtime of the compiled steps. A "step" is one product.

import * as tf from "@tensorflow/tfjs-core";
import { compileFunction, nodeRuntime } from "@weightcast/compile";
import { serve } from "../lib/serve.mjs";
import { readTask } from "../lib/task.mjs";

const size = 1024;

await serve(async () => {
  const { threads } = readTask(process.argv[2]);
  const { runtime } = await nodeRuntime();
  const spec = { shape: [size, size], dtype: "float32" };
  const product = await compileFunction(([a, b]) => tf.matMul(a, b), [spec, spec], { runtime, threads });
  const a = Float32Array.from({ length: size * size }, (_, i) => Math.sin(i));
  const b = Float32Array.from({ length: size * size }, (_, i) => Math.cos(i));
  return {
    about: { version: `onnxruntime-node ${runtime.env.versions.node}`, flops: 2 * size ** 3 },
    reset() {},
    async steps(_, count) {
      let result;
      for (let i = 0; i < count; i++) result = await product.run([a, b]);
      return result[0];
    },
  };
});
