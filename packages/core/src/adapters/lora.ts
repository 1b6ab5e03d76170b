import * as tf from "@tensorflow/tfjs-core";
import { stream } from "@weightcast/random";
import { checkLearned } from "../layers/limits";
import { type Place, plus, type Term, type TermConfig } from "./term";

/** Low-rank term: s A B with A [n_v, r] and B [r, n_h] learned. */
export function loraTerm({ who, inputs, outputs }: Place, config: TermConfig & { readonly form: "lora" }): Term {
  const { rank, scale, seed } = config;
  checkLearned(who, "A and B", rank * (inputs + outputs));
  return {
    config,
    weights: [
      { name: "left", shape: [inputs, rank], trains: true, first: () => uniform(inputs, rank, seed) },
      { name: "right", shape: [rank, outputs], trains: true },
    ],
    make: () => ({
      prints: [],
      add: (base, read, factor) => plus(base, tf.matMul(read("left"), read("right")), scale * factor),
      dispose: () => {},
    }),
  };
}

function uniform(inputs: number, rank: number, seed: number): Float32Array {
  const { uniform } = stream(seed, "lora");
  const range = 1 / Math.sqrt(inputs);
  return Float32Array.from({ length: inputs * rank }, () => range * (2 * uniform() - 1));
}
