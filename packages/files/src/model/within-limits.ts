import { engine } from "@tensorflow/tfjs-core";
import { initializers, type LayersModel, layers } from "@tensorflow/tfjs-layers";
import { limitWork } from "@weightcast/core";
import { sizeOf } from "@weightcast/types";
import { FileError } from "../error";
import { reasonOf } from "./reason";

/** Limits of a model that is made from a file. */
export interface Limits {
  /** Weights that the model may have, dense layers whole: 2²⁸ numbers are 1 GiB. @default 2²⁸ */
  readonly limit?: number;
  /**
   * Operations that a stage of a layer may take to make its atoms, as `limitWork` of `@weightcast/core` predicts them: a core does
   * about 10⁹ a second. @default 2·10¹⁰
   */
  readonly work?: number;
}

/** Weights that a model may have, unless the caller says otherwise. */
export const defaultLimit = 2 ** 28;

/** The end of the model that is being made. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Runs what makes a model, and refuses the model before a weight is allocated with which it would have more numbers than the limit,
 * or work is done that exceeds it.
 * TensorFlow.js allocates a layer's weights when it builds the layer, before it looks for them in the file; so the sizes are
 * checked where all layers ask for their weights, `addWeight`. One model is made at a time.
 *
 * @param file name for the messages
 * @throws FileError `FILE_TOO_LARGE` above the limit, `FILE_UNUSABLE` for every other error in making the model
 */
export function withinLimits(limits: Limits, file: string, make: () => Promise<LayersModel>): Promise<LayersModel> {
  const made = last.then(() => guarded(limits, file, make));
  last = made.catch(() => undefined);
  return made;
}

async function guarded(
  { limit = defaultLimit, work = 2e10 }: Limits,
  file: string,
  make: () => Promise<LayersModel>,
): Promise<LayersModel> {
  const allowed = limitWork(work);
  const prototype = layers.Layer.prototype as unknown as { addWeight: AddWeight };
  const { addWeight } = prototype;
  const made = new Set<Owner>();
  let count = 0;
  prototype.addWeight = function (name, shape, dtype, _initializer, regularizer, trainable, constraint) {
    count += sizeOf(shape);
    if (!(count <= limit))
      throw new FileError(
        "FILE_TOO_LARGE",
        `${file}: its model must have at most ${limit} weights; got ${count} or more; pass a higher limit if you trust the file`,
      );
    made.add(this);
    // A weight that is refused, such as one with a name that is none, leaves its first value.
    engine().startScope();
    try {
      // All weights come from the file; an initializer could take hours (an orthogonal matrix).
      return addWeight.call(this, name, shape, dtype, initializers.zeros(), regularizer, trainable, constraint);
    } finally {
      engine().endScope();
    }
  };
  try {
    const model = await make();
    // A file may have a network where something else is to be, such as a regularizer, which is then made but never used.
    for (const layer of made)
      if (!layer.weights.some((weight) => model.weights.includes(weight))) layer.disposeWeights();
    return model;
  } catch (error) {
    for (const layer of made) layer.disposeWeights();
    if (error instanceof FileError) throw error;
    throw new FileError("FILE_UNUSABLE", `${file}: its model can't be made: ${reasonOf(error)}`, error);
  } finally {
    limitWork(allowed);
    prototype.addWeight = addWeight;
  }
}

/** A layer, and how it frees its weights, built or not. */
interface Owner {
  readonly weights: LayersModel["weights"];
  disposeWeights(): number;
}

type Initializer = ReturnType<typeof initializers.zeros>;

type AddWeight = (
  this: Owner,
  name: string,
  shape: readonly number[],
  dtype: unknown,
  initializer: Initializer,
  ...rest: unknown[]
) => unknown;
