import * as tf from "@tensorflow/tfjs-core";
import { fingerprint } from "@weightcast/dictionary";
import { sizeOf } from "@weightcast/types";
import { checkLearned } from "../layers/limits";
import { atomsOf, type Side } from "./side";
import {
  constant,
  type MadeTerm,
  type Place,
  plus,
  type ReadWeight,
  type Term,
  type TermConfig,
  type TermWeight,
} from "./term";

/** Term s U V: U [n_v, r] fixed, V [r, n_h] learned. */
export function oneSidedTerm(place: Place, inputs: Side, config: Scaled<"one-sided">): Term {
  const { who, outputs } = place;
  const { rank } = inputs.config;
  checkLearned(who, "V", rank * outputs);
  return {
    config: { ...config, inputs: inputs.config },
    weights: [{ name: "coefficients", shape: [rank, outputs], trains: true }, ...storedAtoms(who, "inputs", inputs)],
    make: () => {
      const u = fixed(who, "inputs", inputs);
      return {
        ...madeOf([u]),
        add: (base, read, factor) => plus(base, tf.matMul(u.read(read), read("coefficients")), config.scale * factor),
      };
    },
  };
}

/** Term s U C U′ᵀ: U [n_v, r] and U′ [n_h, r′] fixed, C [r, r′] learned. */
export function twoSidedTerm(place: Place, inputs: Side, outputs: Side, config: Scaled<"two-sided">): Term {
  const { who } = place;
  const shape = [inputs.config.rank, outputs.config.rank] as const;
  checkLearned(who, "C", shape[0] * shape[1]);
  return {
    config: { ...config, inputs: inputs.config, outputs: outputs.config },
    weights: [
      { name: "coefficients", shape, trains: true },
      ...storedAtoms(who, "inputs", inputs),
      ...storedAtoms(who, "outputs", outputs),
    ],
    make: () => {
      const u = fixed(who, "inputs", inputs);
      const v = fixed(who, "outputs", outputs);
      return {
        ...madeOf([u, v]),
        add: (base, read, factor) =>
          plus(base, sandwich(u.read(read), read("coefficients"), v.read(read)), config.scale * factor),
      };
    },
  };
}

/** Configuration of a term without its sides. */
export type Scaled<Form extends TermConfig["form"]> = {
  readonly form: Form;
  readonly scale: number;
  readonly seed: number;
};

/** U C U′ᵀ, in the order that takes fewer multiplications. */
export function sandwich(u: tf.Tensor2D, c: tf.Tensor2D, v: tf.Tensor2D): tf.Tensor2D {
  const [inputs, rows] = u.shape;
  const [outputs, cols] = v.shape;
  const left = inputs * cols * (rows + outputs);
  const right = outputs * rows * (cols + inputs);
  return left <= right ? tf.matMul(tf.matMul(u, c), v, false, true) : tf.matMul(u, tf.matMul(c, v, false, true));
}

/** Atoms of a side: a constant that its recipe recomputes, or stored among the term's weights. */
interface Fixed extends Pick<MadeTerm, "prints" | "dispose"> {
  read(read: ReadWeight): tf.Tensor2D;
}

function fixed(who: string, name: string, side: Side): Fixed {
  if (side.config.recipe.learned) return { prints: [], read: (read) => read(name), dispose: () => {} };
  const matrix = atomsOf(who, side);
  const tensor = constant(matrix);
  return { prints: [fingerprint(matrix)], read: () => tensor, dispose: () => tensor.dispose() };
}

function madeOf(parts: readonly Fixed[]): Pick<MadeTerm, "prints" | "dispose"> {
  return {
    prints: parts.flatMap(({ prints }) => prints),
    dispose: () => {
      for (const part of parts) part.dispose();
    },
  };
}

/** Atoms that were learned from data, which the term keeps. */
function storedAtoms(who: string, name: string, side: Side): TermWeight[] {
  const { recipe, rank } = side.config;
  if (!recipe.learned) return [];
  const shape = [sizeOf(recipe.domain), rank] as const;
  return [
    { name, shape, trains: false, ...(side.dictionary && { first: () => atomsOf(who, side).data as Float32Array }) },
  ];
}
