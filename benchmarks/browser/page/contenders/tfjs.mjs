import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-core/dist/register_all_gradients";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { batch, classes, inputs, momentum, rate, units } from "../../data.mjs";

/** TensorFlow.js as it is usually written: operations, `variableGrads` and an optimizer. */
export async function open(problem, batches) {
  await start(problem.threads);
  return train(problem, batches);
}

/** Starts the wasm backend, with SIMD and threads. */
export async function start(threads) {
  prepare(threads);
  if (!(await tf.setBackend("wasm"))) throw new Error("tfjs: the wasm backend does not start");
  await tf.ready();
}

/** Settings that must be made before the backend starts. */
export function prepare(threads) {
  setWasmPaths("/tfjs/");
  setThreadsCount(threads);
}

export function train({ variant, prepared, weights, atoms, columns }, batches) {
  const variables = weights.map(({ shape, data }) => tf.variable(tf.tensor(data, shape)));
  const fixed = atoms.map(({ shape, data }) => tf.tensor(data, shape));
  const optimizer = tf.train.momentum(rate, momentum);
  const multiply = {
    dense: (x, w) => tf.matMul(x, w),
    factorized: (x, v, i) => {
      const h = prepared && i === 0 ? x : tf.matMul(x, fixed[i]);
      const parts = tf.transpose(tf.reshape(h, [batch, columns, v.shape[1]]), [1, 0, 2]);
      return tf.reshape(tf.transpose(tf.matMul(parts, v), [1, 0, 2]), [batch, units]);
    },
  }[variant];
  const [w1, b1, w2, b2, w3, b3] = variables;
  const logits = (x) => {
    const h1 = tf.sigmoid(tf.add(multiply(x, w1, 0), b1));
    const h2 = tf.sigmoid(tf.add(multiply(h1, w2, 1), b2));
    return tf.add(tf.matMul(h2, w3), b3);
  };
  const data = batches.map(({ inputs: x, labels }) =>
    tf.tidy(() => {
      const images = tf.tensor(x, [batch, inputs]);
      return {
        x: prepared ? tf.matMul(images, fixed[0]) : images,
        // Through int32: this backend's one-hot kernel writes integers for every requested type.
        y: tf.cast(tf.oneHot(tf.tensor1d(labels, "int32"), classes), "float32"),
      };
    }),
  );
  let at = 0;
  return async function run(count) {
    let last;
    for (let i = 0; i < count; i++) {
      const { x, y } = data[at++ % data.length];
      last?.dispose();
      last = optimizer.minimize(() => tf.neg(tf.mean(tf.sum(tf.mul(y, tf.logSoftmax(logits(x))), 1))), true, variables);
    }
    const [loss] = await last.data();
    last.dispose();
    return loss;
  };
}
