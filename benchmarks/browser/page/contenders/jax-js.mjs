import { blockUntilReady, defaultDevice, init, jit, nn, numpy as np, valueAndGrad } from "@jax-js/jax";
import { batch, classes, inputs, momentum, rate } from "../../data.mjs";
import { blockDiagonal, padded } from "./blocks.mjs";

/**
 * jax-js: one jitted step on its wasm backend, which has as many workers as the machine has threads. Its products are ten
 * times slower if a size is not a multiple of four, the length of its vectors. The paper's ranks are not, so they are
 * padded to multiples of eight. And ten small products are slower than a single block-diagonal one.
 */
export async function open(problem, batches) {
  await init("wasm");
  defaultDevice("wasm");
  const { weights, atoms, masks } = aligned(problem);
  const step = jit(trainingStep(problem.prepared));
  let state = weights.map(array);
  let velocities = weights.map(({ shape }) => np.zeros(shape));
  const us = atoms.map(array);
  const fixed = { us, masks: masks.map(array) };
  const data = batches.map(({ inputs: x, labels }) => {
    const images = array({ shape: [batch, inputs], data: x });
    const oneHot = new Float32Array(batch * classes);
    for (const [i, label] of labels.entries()) oneHot[i * classes + label] = 1;
    return {
      x: problem.prepared ? np.matmul(images, us[0].ref) : images,
      y: array({ shape: [batch, classes], data: oneHot }),
    };
  });
  await blockUntilReady(data);
  let at = 0;
  return async function run(count) {
    let loss;
    for (let i = 0; i < count; i++) {
      const { x, y } = data[at++ % data.length];
      loss?.dispose();
      [loss, state, velocities] = step(state, velocities, kept(fixed), x.ref, y.ref);
      // Otherwise steps, and their memory, pile up faster than the workers can process them.
      await blockUntilReady([loss]);
    }
    const [value] = await loss.data(); // disposes of it
    return value;
  };
}

const array = ({ shape, data }) => np.array(data).reshape(shape);

/** References to arrays that are needed again: jax-js consumes its arguments. */
const kept = ({ us, masks }) => ({ us: us.map((u) => u.ref), masks: masks.map((mask) => mask.ref) });

/** Weights of each factorized layer as one matrix, in sizes with which jax-js is fast, and masks for their gradients. */
function aligned({ weights, atoms, columns }) {
  const ranks = atoms.map(({ shape }) => 8 * Math.ceil(shape[1] / columns / 8));
  const blocks = ranks.map((rank, i) => blockDiagonal(weights[2 * i], { groups: 1, rank }));
  const matrix = ({ shape, data }) => ({ shape: shape.slice(-2), data });
  return {
    weights: weights.map((weight, i) => (i % 2 === 0 && blocks[i / 2] ? matrix(blocks[i / 2].weight) : weight)),
    atoms: atoms.map((u, i) => padded(u, columns, ranks[i])),
    masks: blocks.map(({ mask }) => matrix(mask)),
  };
}

function trainingStep(prepared) {
  const lossOf = ([w1, b1, w2, b2, w3, b3], [u1, u2], x, y) => {
    const project = (h, u) => (u ? np.matmul(h, u) : h);
    const h1 = nn.sigmoid(np.matmul(project(x, prepared ? undefined : u1), w1).add(b1));
    const h2 = nn.sigmoid(np.matmul(project(h1, u2), w2).add(b2));
    const logits = np.matmul(h2, w3).add(b3);
    return np.sum(nn.logSoftmax(logits).mul(y)).mul(-1 / batch);
  };
  return (state, velocities, { us, masks }, x, y) => {
    const copies = state.map((weight) => weight.ref);
    const [loss, gradients] = valueAndGrad(lossOf)(copies, us, x, y);
    const next = velocities.map((velocity, i) => {
      const mask = i % 2 === 0 ? masks[i / 2] : undefined;
      return velocity.mul(momentum).add(mask ? gradients[i].mul(mask) : gradients[i]);
    });
    return [loss, state.map((weight, i) => weight.sub(next[i].ref.mul(rate))), next];
  };
}
