import * as tf from "@tensorflow/tfjs-core";
import { batch, classes, inputs, momentum, rate } from "../../data.mjs";
import { blockDiagonal } from "./blocks.mjs";
import { start } from "./tfjs.mjs";

/**
 * TensorFlow.js's wasm backend, as fast as its operations allow. Gradients are written by hand. Every product is one of two
 * matrices that are not stored transposed, because others use plain loops instead of XNNPACK. Units are in rows and samples
 * in columns, so that XNNPACK packs the activations and not the larger weights. The constant factor of the updates is
 * included in the error.
 */
export async function open(problem, batches) {
  await start(problem.threads);
  const layers = tf.tidy(() => parameters(problem));
  const projected = (x) => (problem.prepared ? tf.matMul(layers[0].ut, x) : x);
  const data = batches.map(({ inputs: x, labels }) =>
    tf.tidy(() => {
      const rows = tf.tensor(x, [batch, inputs]);
      const xt = projected(tf.transpose(rows));
      const y = tf.transpose(tf.cast(tf.oneHot(tf.tensor1d(labels, "int32"), classes), "float32"));
      // The gradient of a dense layer needs samples in rows; that of a factorized one needs its columns' parts that way.
      return { xt, x: problem.variant === "dense" ? rows : undefined, y };
    }),
  );
  let at = 0;
  return async function run(count) {
    let last;
    for (let i = 0; i < count; i++) {
      last?.dispose();
      last = tf.tidy(() => step(layers, data[at++ % data.length], problem.prepared));
    }
    const [loss] = await last.data();
    last.dispose();
    return loss;
  };
}

/** Number of matrices for the ten columns: a compromise between ten small products and one with ten times the work. */
const groups = 2;

/** Transposed weights, biases as columns, and their velocities, which include the learning rate. */
function parameters({ weights, atoms, columns }) {
  return [0, 1, 2].map((i) => {
    const [weight, b] = [weights[2 * i], weights[2 * i + 1]];
    const blocks = atoms[i] && blockDiagonal(weight, { groups, rank: weight.shape[1] });
    const w = transposed(blocks?.weight ?? weight);
    const u = atoms[i] && tf.tensor(atoms[i].data, atoms[i].shape);
    const bias = tf.tensor(b.data, [b.shape[0], 1]);
    return {
      u: u && tf.keep(u),
      ut: u && tf.keep(tf.transpose(u)),
      mask: blocks && groups < columns ? tf.keep(transposed(blocks.mask)) : undefined,
      w: tf.keep(w),
      b: tf.keep(bias),
      vw: tf.keep(tf.zerosLike(w)),
      vb: tf.keep(tf.zerosLike(bias)),
    };
  });
}

const transposed = ({ shape, data }) => tf.transpose(tf.tensor(data, shape), shape.length === 2 ? [1, 0] : [0, 2, 1]);

function step(layers, { xt, x, y }, prepared) {
  const [first, second, last] = layers;
  const one = forward(first, xt, prepared);
  const h1 = tf.sigmoid(one.z);
  const two = forward(second, h1, false);
  const h2 = tf.sigmoid(two.z);
  const z3 = tf.add(tf.matMul(last.w, h2), last.b);
  const shifted = tf.sub(z3, tf.max(z3, 0, true));
  const exponentials = tf.exp(shifted);
  const sums = tf.sum(exponentials, 0, true);
  const loss = tf.mul(tf.sub(tf.sum(tf.log(sums)), tf.sum(tf.mul(shifted, y))), 1 / batch);

  const error = tf.mul(tf.sub(tf.div(exponentials, sums), y), rate / batch);
  const d2 = tf.mul(tf.matMul(tf.transpose(last.w), error), derivative(h2));
  const { dw: dw2, dx: dh1 } = backward(second, two, h1, undefined, d2, true);
  const d1 = tf.mul(dh1, derivative(h1));
  const { dw: dw1 } = backward(first, one, xt, x, d1, false);
  update(last, tf.matMul(error, tf.transpose(h2)), error);
  update(second, dw2, d2);
  update(first, dw1, d1);
  return loss;
}

/** Derivative of the sigmoid, from its value. */
const derivative = (h) => tf.mul(h, tf.sub(1, h));

/** Layer's Wᵀ x + b. If factorized, a = Uᵀ x, and each group's Vᵀ times its rows of a. */
function forward({ ut, w, b }, x, prepared) {
  if (!ut) return { z: tf.add(tf.matMul(w, x), b) };
  const a = prepared ? x : tf.matMul(ut, x);
  const vs = tf.unstack(w);
  const parts = tf.split(a, vs.length).map((part, j) => tf.matMul(vs[j], part));
  return { z: tf.add(tf.concat(parts), b), a };
}

function backward({ u, w, mask }, { a }, xt, x, d, wantsInput) {
  if (!u) {
    const dw = tf.matMul(d, x ?? tf.transpose(xt));
    return { dw, dx: wantsInput ? tf.matMul(tf.transpose(w), d) : undefined };
  }
  const [count, , rank] = w.shape;
  const ds = tf.split(d, count);
  const rows = tf.unstack(tf.transpose(tf.reshape(a, [count, rank, batch]), [0, 2, 1]));
  const all = tf.stack(ds.map((part, j) => tf.matMul(part, rows[j])));
  const dw = mask ? tf.mul(all, mask) : all;
  if (!wantsInput) return { dw };
  const vs = tf.unstack(tf.transpose(w, [0, 2, 1]));
  return { dw, dx: tf.matMul(u, tf.concat(ds.map((part, j) => tf.matMul(vs[j], part)))) };
}

/** Update of weights and bias: v ← μ v + g, w ← w − v, where g includes the learning rate. */
function update(layer, dw, d) {
  const move = (value, velocity, gradient) => {
    const next = tf.keep(tf.add(tf.mul(layer[velocity], momentum), gradient));
    const moved = tf.keep(tf.sub(layer[value], next));
    tf.dispose([layer[velocity], layer[value]]);
    layer[velocity] = next;
    layer[value] = moved;
  };
  move("w", "vw", dw);
  move("b", "vb", tf.sum(d, 1, true));
}
