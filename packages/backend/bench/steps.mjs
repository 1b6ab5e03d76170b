#!/usr/bin/env node
// Train steps a second of the paper's network. usage: pnpm build && node bench/steps.mjs [native|wasm|cpu] [dense|factorized] [--plain]
// --plain leaves wasm and cpu as tfjs has them. Prints medians of wall time and of processor time, which a busy machine spoils less.

import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-layers"; // registers the gradients
import { useEngine } from "../dist/index.js";

const words = process.argv.slice(2).filter((word) => word !== "--plain");
const engines = words.filter((word) => ["native", "wasm", "cpu"].includes(word));
const variants = words.filter((word) => ["dense", "factorized"].includes(word));
const plain = process.argv.includes("--plain");
const batch = 100;

/** Fixed numbers, uniform on [-scale, scale). */
function values(shape, scale) {
  let state = 1;
  const size = shape.reduce((product, axis) => product * axis, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return scale * (state / 2 ** 31 - 1);
    }),
    shape,
  );
}

const weight = (shape) => tf.variable(values(shape, 1 / Math.sqrt(shape.at(-2))));
const bias = (units) => tf.variable(tf.zeros([units]));

/** 784–500–500–10, sigmoid. */
function dense() {
  const [w, b] = [
    [weight([784, 500]), weight([500, 500]), weight([500, 10])],
    [bias(500), bias(500), bias(10)],
  ];
  const layer = (x, i) => tf.add(tf.matMul(x, w[i]), b[i]);
  return { weights: [...w, ...b], run: (x) => layer(tf.sigmoid(layer(tf.sigmoid(layer(x, 0)), 1)), 2) };
}

/** The same with 5% of the two layers learned: ten columns, x · U, then each column's part by its own V. */
function factorized() {
  const layers = [
    { u: values([784, 390], 0.04), v: weight([10, 39, 50]), b: bias(500) },
    { u: values([500, 250], 0.04), v: weight([10, 25, 50]), b: bias(500) },
  ];
  const top = { w: weight([500, 10]), b: bias(10) };
  const layer = (x, { u, v, b }) => {
    const parts = tf.transpose(tf.reshape(tf.matMul(x, u), [batch, 10, v.shape[1]]), [1, 0, 2]);
    return tf.sigmoid(tf.add(tf.reshape(tf.transpose(tf.matMul(parts, v), [1, 0, 2]), [batch, 500]), b));
  };
  return {
    weights: [...layers.flatMap(({ v, b }) => [v, b]), top.w, top.b],
    run: (x) => tf.add(tf.matMul(layers.reduce(layer, x), top.w), top.b),
  };
}

function measure(engine, name, { weights, run }) {
  const x = values([batch, 784], 1);
  const labels = tf.tensor(
    Int32Array.from({ length: batch }, (_, i) => i % 10),
    [batch],
    "int32",
  );
  const y = tf.cast(tf.oneHot(labels, 10), "float32");
  const momenta = weights.map((w) => tf.variable(tf.zerosLike(w)));
  const loss = () => tf.neg(tf.mean(tf.sum(tf.mul(y, tf.logSoftmax(run(x))), 1)));
  const step = () =>
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(loss, weights);
      weights.forEach((w, i) => {
        momenta[i].assign(tf.add(tf.mul(momenta[i], 0.7), grads[w.name]));
        w.assign(tf.sub(w, tf.mul(momenta[i], 0.01)));
      });
      return value.dataSync()[0];
    });
  const count = engine === "cpu" ? 5 : 60;
  for (let i = 0; i < count / 5; i++) step();
  const tensors = tf.memory().numTensors;
  const times = Array.from({ length: count }, () => {
    const [wall, cpu] = [performance.now(), process.cpuUsage()];
    step();
    const { user, system } = process.cpuUsage(cpu);
    return [performance.now() - wall, (user + system) / 1000];
  });
  const median = (k) => times.map((time) => time[k]).sort((a, b) => a - b)[count >> 1];
  const best = Math.min(...times.map((time) => time[0]));
  console.log(
    `${engine}${plain ? " plain" : ""} ${name}: ${(1000 / median(0)).toFixed(1)} steps/s ` +
      `(median ${median(0).toFixed(1)} ms, best ${best.toFixed(1)}, processor ${median(1).toFixed(1)}); ` +
      `tensors ${tf.memory().numTensors - tensors === 0 ? "flat" : "leak"}, loss ${step().toFixed(6)}`,
  );
}

for (const engine of engines.length > 0 ? engines : ["native", "wasm", "cpu"]) {
  if (plain) {
    await import(`@tensorflow/tfjs-backend-${engine}`);
    await tf.setBackend(engine);
  } else console.log((await useEngine(engine)).reason);
  for (const name of variants.length > 0 ? variants : ["dense", "factorized"])
    measure(engine, name, { dense, factorized }[name]());
}
