import * as tf from "@tensorflow/tfjs-core";
import { fingerprint } from "@weightcast/dictionary";
import { stream } from "@weightcast/random";
import type { Matrix } from "@weightcast/types";
import { checkLearned } from "../layers/limits";
import { constant, type Place, plus, type Term, type TermConfig } from "./term";

/** Term s A diag(d) B diag(b): A [n_v, r] and B [r, n_h] fixed, d [1, r] and b [1, n_h] learned. */
export function veraTerm({ who, inputs, outputs }: Place, config: TermConfig & { readonly form: "vera" }): Term {
  const { rank, start, scale, seed } = config;
  checkLearned(who, "A and B", rank * (inputs + outputs)); // they are as large as those of LoRA
  return {
    config,
    weights: [
      { name: "inner", shape: [1, rank], trains: true, first: () => new Float32Array(rank).fill(start) },
      { name: "outer", shape: [1, outputs], trains: true },
    ],
    make: () => {
      const matrices = [uniform("A", inputs, rank, seed), uniform("B", rank, outputs, seed)];
      const [a, b] = matrices.map(constant) as [tf.Tensor2D, tf.Tensor2D];
      return {
        prints: matrices.map((matrix) => fingerprint(matrix)),
        add: (base, read, factor) => {
          const product = tf.matMul(tf.mul(a, read("inner")) as tf.Tensor2D, b);
          return plus(base, tf.mul(product, read("outer")), scale * factor);
        },
        dispose: () => tf.dispose([a, b]),
      };
    },
  };
}

/** Uniform in ±√(6 / rows). */
function uniform(name: string, rows: number, cols: number, seed: number): Matrix {
  const { uniform } = stream(seed, `vera/${name}`);
  const range = Math.sqrt(6 / rows);
  return { rows, cols, data: Float32Array.from({ length: rows * cols }, () => range * (2 * uniform() - 1)) };
}
