import * as tf from "@tensorflow/tfjs-core";
import { checkBaseSize } from "../layers/limits";
import type { Place, Term } from "./term";

/** Term that replaces W₀ by learned weights of its own. */
export function fullTerm({ who, inputs, outputs }: Place): Term {
  checkBaseSize(who, [inputs, outputs]);
  return {
    config: { form: "full" },
    weights: [{ name: "kernel", shape: [inputs, outputs], trains: true }],
    make: () => ({
      prints: [],
      add: (base, read, factor) => between(base, read("kernel"), factor),
      dispose: () => {},
    }),
  };
}

/** a + factor (b − a); exactly b at a factor of 1. A fresh tensor. */
export const between = <T extends tf.Tensor>(a: T, b: T, factor: number): T =>
  factor === 1 ? tf.clone(b) : tf.add(a, tf.mul(tf.sub(b, a), factor));
