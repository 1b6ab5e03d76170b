import * as tf from "@tensorflow/tfjs-core";
import { initializers, type LayerVariable } from "@tensorflow/tfjs-layers";
import { sameFingerprint } from "@weightcast/dictionary";
import { sizeOf } from "@weightcast/types";
import type { Atoms } from "../atoms/atoms";
import { formU } from "../atoms/columns";
import { formedAtoms, measure } from "../atoms/formed";
import { makeAtoms, type Pays } from "../atoms/make-atoms";
import { dictionaryOf } from "../atoms/recipe";
import { initialCoefficients } from "../parametrization/initial-coefficients";
import { type Parametrization, parametrization } from "../parametrization/parametrization";
import { type Factorization, storedBase } from "./factorization";
import { checkBaseSize, checkFormed, checkLearned } from "./limits";
import { checkWork } from "./work";

/** Weights of a built layer. */
export interface BuiltWeights {
  readonly parametrization: Parametrization;
  readonly coefficients: LayerVariable;
  readonly bias: LayerVariable | undefined;
}

/** Sizes that a layer knows once its input is known. */
export interface LayerSizes {
  /** Shape of the ordinary layer's kernel. */
  readonly kernel: readonly number[];
  /** C', channels that share U. */
  readonly channels: number;
  /** n_h */
  readonly outputs: number;
  /** As in {@link initialCoefficients}. */
  readonly variance: number;
  /** Rule that decides whether U is applied axis by axis. */
  readonly pays: Pays;
}

/** `addWeight` of a layer, which is protected there. */
export type AddWeight = (
  name: string,
  shape: number[],
  initializer: ReturnType<typeof initializers.zeros>,
  trainable?: boolean,
) => LayerVariable;

/**
 * Creates U, V, b and, if there is one, W₀ of the layer of that name. U is constant if its recipe recomputes it; if it was
 * learned from data, it is a weight that is saved but not trained.
 * @throws RangeError if the dictionary no longer makes the atoms the layer was saved with, or the base has another shape
 *   than the kernel
 */
export function buildWeights(
  layer: string,
  add: AddWeight,
  factorization: Factorization,
  sizes: LayerSizes,
): BuiltWeights {
  const { options, sets, columns, rank, gain, basis, order, who } = factorization;
  const { recipe, dictionary, seed = 0, useBias = true, base } = options;
  const { kernel, channels, outputs, variance, pays } = sizes;
  const whoHere = `${who} (layer ${layer})`;
  if (base && base !== storedBase) checkBase(whoHere, base, kernel);
  checkLearned(whoHere, "V", rank * channels * outputs);
  if (base) checkBaseSize(whoHere, kernel);
  const zeros = initializers.zeros();
  const constant = recipe.learned
    ? undefined
    : checked(layer, factorization, makeAtoms(whoHere, dictionary ?? dictionaryOf(recipe), sets, basis, pays));
  const shape: [number, number, number] = [columns, rank * channels, outputs / columns];
  const draw = (squares: readonly number[]) => {
    const ofKernel = squares.map((square) => square * channels);
    const each = shape[1] * shape[2];
    return tf.tensor3d(initialCoefficients({ each, squares: ofKernel, variance, gain, seed }), shape);
  };
  // An initializer, which those who load the weights can leave out.
  const start = constant && !base ? ({ apply: () => draw(constant.squares) } as unknown as typeof zeros) : zeros;
  try {
    const coefficients = add("coefficients", shape, start);
    const bias = useBias ? add("bias", [outputs], zeros) : undefined;
    const atoms = constant ?? storedAtoms(factorization, add);
    if (!constant && atoms.squares.length > 0 && !base) tf.tidy(() => void coefficients.write(draw(atoms.squares)));
    const frozen = base && addBase(add, base, kernel);
    const parts = { atoms, coefficients, base: frozen, kernel, channels, order, stored: recipe.learned };
    return { parametrization: parametrization(parts), coefficients, bias };
  } catch (error) {
    constant?.dispose(); // a weight was refused, such as one with a name that is none
    throw error;
  }
}

// Until its weights are loaded, a layer recreated from its configuration gives NaN, not zeros that look like outputs.
const absent = () => initializers.constant({ value: Number.NaN });

/** U as a weight: computed by the dictionary, or still to be loaded. */
function storedAtoms({ who, options, sets, columns, rank, basis }: Factorization, add: AddWeight): Atoms {
  const { recipe, dictionary, fingerprint: prints = [] } = options;
  const shape = [sizeOf(recipe.domain), columns * rank] as const;
  checkFormed(who, recipe, shape[1]);
  checkWork(who, "U", { loaded: shape[0] * shape[1] });
  const weight = add("atoms", [...shape], absent(), false);
  const read = () => weight.read() as tf.Tensor2D;
  if (!dictionary) return formedAtoms(shape, { squares: [], prints }, read);
  const u = formU(who, dictionary, sets, basis);
  tf.tidy(() => {
    weight.write(tf.tensor2d(u.data, [u.rows, u.cols]));
  });
  return formedAtoms(shape, measure(u, columns), read);
}

function checked(layer: string, { who, options }: Factorization, atoms: Atoms): Atoms {
  const { fingerprint: saved, recipe } = options;
  const { prints } = atoms;
  const same = prints.every((print, i) => saved?.[i] && sameFingerprint(saved[i], print));
  if (!saved || (same && saved.length === prints.length)) return atoms;
  atoms.dispose();
  throw new RangeError(
    `${who} (layer ${layer}): dictionary "${recipe.name}" no longer makes the atoms the model was saved with; install the version it was saved with`,
  );
}

/** W₀ as a weight: a copy of the given tensor, or still to be loaded. */
function addBase(add: AddWeight, base: tf.Tensor | typeof storedBase, kernel: readonly number[]): LayerVariable {
  const weight = add("base", [...kernel], absent(), false);
  if (base !== storedBase) weight.write(base);
  return weight;
}

function checkBase(who: string, base: tf.Tensor, kernel: readonly number[]): void {
  if (base.isDisposed)
    throw new RangeError(`${who}: base was disposed before the layer was built; dispose it after that`);
  if (base.shape.length !== kernel.length || base.shape.some((length, axis) => length !== kernel[axis]))
    throw new RangeError(
      `${who}: base must have the shape of the ordinary layer's kernel, [${kernel.join(", ")}]; got [${base.shape.join(", ")}]`,
    );
}
