import * as tf from "@tensorflow/tfjs-core";
import { stream } from "@weightcast/random";
import { describe, expect, test } from "vitest";
import { leaked } from "../testing/runs";
import { adagrad } from "./adagrad";
import { adam } from "./adam";
import { lion } from "./lion";
import type { Optimizer } from "./optimizer";
import { rmsprop } from "./rmsprop";
import { sgd } from "./sgd";

const draw = stream(31, "optimizers");
const size = 6;
const start = Array.from(Float32Array.from({ length: size }, draw.normal));
const gradients = Array.from({ length: 5 }, () => Array.from(Float32Array.from({ length: size }, draw.normal)));
const rates = [0.1, 0.1, 0.05, 0.05, 0.02];

/** Weight after the five updates, computed on the engine. */
function run(optimizer: Optimizer, weightDecay = 0): number[] {
  return tf.tidy(() => {
    let weight: tf.Tensor = tf.tensor2d(start, [2, 3]);
    let slots: readonly tf.Tensor[] = Array.from({ length: optimizer.slots }, () => tf.zerosLike(weight));
    for (const [step, values] of gradients.entries()) {
      const gradient = tf.tensor2d(values, [2, 3]);
      const scalars = optimizer.scalars(rates[step]!, step).map((value) => tf.scalar(value));
      ({ weight, slots } = optimizer.update({ weight, gradient, slots, scalars, weightDecay }));
    }
    return [...weight.dataSync()];
  });
}

/** Update of one number in float64: returns the new w, and may keep state in `memory`. */
type Rule = (w: number, g: number, rate: number, t: number, memory: { a: number; b: number }) => number;
function byHand(rule: Rule): number[] {
  return start.map((w0, i) => {
    const memory = { a: 0, b: 0 };
    return gradients.reduce((w, values, step) => rule(w, values[i]!, rates[step]!, step + 1, memory), w0);
  });
}

function expectClose(actual: number[], expected: number[]): void {
  for (const [i, value] of actual.entries()) expect(Math.abs(value - expected[i]!)).toBeLessThan(2e-6);
}

const decay = 0.01;

describe("sgd", () => {
  test("plain: w − rate·g", () =>
    expectClose(
      run(sgd()),
      byHand((w, g, rate) => w - rate * g),
    ));

  test("momentum with L2 decay: v ← μv + g + λw, w ← w − rate·v", () => {
    const rule: Rule = (w, g, rate, _, memory) => {
      memory.a = 0.9 * memory.a + g + decay * w;
      return w - rate * memory.a;
    };
    expectClose(run(sgd({ momentum: 0.9 }), decay), byHand(rule));
  });

  test("nesterov: w ← w − rate·(g + μv)", () => {
    const rule: Rule = (w, g, rate, _, memory) => {
      memory.a = 0.7 * memory.a + g;
      return w - rate * (g + 0.7 * memory.a);
    };
    expectClose(run(sgd({ momentum: 0.7, nesterov: true })), byHand(rule));
  });

  test("invalid options are named in the error", () => {
    expect(() => sgd({ momentum: 1 })).toThrow(new RangeError("sgd: momentum must be in [0, 1); got 1"));
    expect(() => sgd({ momentum: Number.NaN })).toThrow("sgd: momentum must be in [0, 1); got NaN");
    expect(() => sgd({ nesterov: true })).toThrow("sgd: nesterov needs a momentum above 0; got 0");
  });
});

describe("adam", () => {
  const rule =
    (beta1: number, beta2: number, epsilon: number, lambda: number): Rule =>
    (w, g, rate, t, memory) => {
      memory.a = beta1 * memory.a + (1 - beta1) * g;
      memory.b = beta2 * memory.b + (1 - beta2) * g * g;
      const mean = memory.a / (1 - beta1 ** t);
      const square = memory.b / (1 - beta2 ** t);
      return w - rate * lambda * w - (rate * mean) / (Math.sqrt(square) + epsilon);
    };

  test("as published, with its defaults", () => expectClose(run(adam()), byHand(rule(0.9, 0.999, 1e-8, 0))));

  test("with other options and decoupled decay", () =>
    expectClose(run(adam({ beta1: 0.5, beta2: 0.9, epsilon: 0.1 }), decay), byHand(rule(0.5, 0.9, 0.1, decay))));

  test("invalid options are named in the error", () => {
    expect(() => adam({ beta1: 1 })).toThrow(new RangeError("adam: beta1 must be in [0, 1); got 1"));
    expect(() => adam({ beta2: -0.1 })).toThrow("adam: beta2 must be in [0, 1); got -0.1");
    expect(() => adam({ epsilon: 0 })).toThrow("adam: epsilon must be above 0; got 0");
  });
});

test("invalid options of the others are named in the error", () => {
  expect(() => rmsprop({ decay: 1 })).toThrow(new RangeError("rmsprop: decay must be in [0, 1); got 1"));
  expect(() => rmsprop({ momentum: -1 })).toThrow("rmsprop: momentum must be in [0, 1); got -1");
  expect(() => rmsprop({ epsilon: 0 })).toThrow("rmsprop: epsilon must be above 0; got 0");
  expect(() => adagrad({ epsilon: Number.NaN })).toThrow("adagrad: epsilon must be above 0; got NaN");
  expect(() => lion({ beta2: 1 })).toThrow("lion: beta2 must be in [0, 1); got 1");
  expect(() => lion({ rate: 1 } as object)).toThrow('lion: there is no option "rate": the learning rate is the option');
});

test("an update leaves its input tensors unchanged, and nothing behind", async () => {
  for (const optimizer of [sgd({ momentum: 0.9, nesterov: true }), adam(), rmsprop(), adagrad(), lion()]) {
    const leak = await leaked(() => {
      const [weight, gradient] = [tf.ones([2, 2]), tf.ones([2, 2])];
      const slots = Array.from({ length: optimizer.slots }, () => tf.zeros([2, 2]));
      const scalars = optimizer.scalars(0.1, 0).map((value) => tf.scalar(value));
      tf.tidy(() => void optimizer.update({ weight, gradient, slots, scalars, weightDecay: 0.1 }));
      tf.dispose([weight, gradient, slots, scalars]);
    });
    expect(leak).toEqual({ tensors: 0, buffers: 0 });
  }
});
