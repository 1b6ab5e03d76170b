import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { checkOptions } from "@weightcast/dictionary";
import { stream } from "@weightcast/random";
import { type Allocation, type Stage, stages } from "../allocation/allocate";
import { type Budget, checkBudget, costIn, type ExpectedStage, expectedOf, stageFor } from "../allocation/budget";
import type { Sensitivity } from "../allocation/curve";
import { errorOf, type Measure } from "../allocation/error-of";
import type { DictionaryFor, FactorizeChoice } from "../factorize/choice";
import { type Factorized, type FactorizeOptions, factorize } from "../factorize/factorize";
import { checkSamples, countOf, type Samples } from "../factorize/watch";
import type { ConvertibleLayer } from "../layers/layers-of";
import { freeModel } from "../model/free";
import { allOutputs } from "./measure";
import { measureSensitivity } from "./sensitivity";

/** Options of {@link factorizeWithin}. */
export interface FactorizeWithinOptions extends Omit<FactorizeOptions, "samples" | "onProgress"> {
  /** Typical inputs of the model, a few hundred: a quarter of them is held out to measure errors. */
  readonly samples: Samples;
  /** Dictionaries on offer, by a name for the report. Those of more than 2048 atoms for a layer are not considered for it. */
  readonly dictionaries: Readonly<Record<string, DictionaryFor>>;
  /** J, columns with their own atoms, of layers whose outputs it divides and whose dictionary is not learned. @default 1 */
  readonly columns?: number;
  /** Layers that may change. @default all of at least 256 weights */
  readonly layers?: (layer: ConvertibleLayer) => boolean;
  /** Error that `{ error }` limits. @default "outputs" */
  readonly measure?: Measure;
  /** Sensitivity that was measured before, with the same samples and dictionaries. @default measured */
  readonly sensitivity?: Sensitivity;
  /** Seed of the samples that are held out. @default 0 */
  readonly seed?: number;
  readonly onProgress?: (progress: {
    readonly stage: "sensitivity" | "factorize";
    readonly done: number;
    readonly of: number;
    readonly path: string;
  }) => void;
}

/** Model within a budget. */
export interface FactorizedWithin extends Factorized {
  /** Curves of the layers, which later calls can take as an option. */
  readonly sensitivity: Sensitivity;
  /** What other budgets would give by the curves, from the model as it is to the smallest; costs are numbers, counted as the budget counts them. */
  readonly stages: readonly ExpectedStage[];
  /** Errors on the samples held out: of the outputs, and by `measure`. */
  readonly error: { readonly outputs: number; readonly measured: number };
}

/**
 * Model within a budget: how much each layer can be compressed, and by which dictionary, is first measured one layer at a time (its sensitivity
 * curve); then the layers are made smaller, always the one that adds least error for the numbers it saves, until the budget is met; then the
 * model is factorized so. For a budget `{ error }`, the smallest such model is searched by bisection, each time measured as a whole.
 *
 * @param model built and trained; it stays as it is
 * @throws RangeError if the budget is below what the smallest offers need, or above the model as it is, and for all that {@link factorize} refuses
 */
export async function factorizeWithin(
  model: LayersModel,
  budget: Budget,
  options: FactorizeWithinOptions,
): Promise<FactorizedWithin> {
  const { samples, dictionaries } = options;
  const {
    layers = ({ weights }) => weights >= 256,
    columns = 1,
    measure = "outputs",
    sensitivity: given,
    seed = 0,
    rowsPerInput = 8,
    ridge = 1e-3,
    onProgress,
    signal,
  } = checkOptions<FactorizeWithinOptions>("factorizeWithin", options, [
    "samples",
    "dictionaries",
    "layers",
    "columns",
    "measure",
    "sensitivity",
    "seed",
    "rowsPerInput",
    "ridge",
    "onProgress",
    "signal",
  ]);
  checkBudget("factorizeWithin", budget);
  checkSamples("factorizeWithin", model, samples);
  const [fit, held] = parted(samples, seed);
  try {
    const report = (stage: "sensitivity" | "factorize") => (at: { done: number; of: number; path: string }) =>
      onProgress?.({ stage, ...at });
    const sampling = { rowsPerInput, ridge };
    const sensitivity =
      given ??
      (await measureSensitivity(model, {
        samples: [fit, held],
        dictionaries,
        layers,
        columns,
        ...sampling,
        signal,
        onProgress: report("sensitivity"),
      }));
    const originals = allOutputs(model, held);
    const errors = (of: LayersModel) => {
      const outputs = allOutputs(of, held);
      const error = (by: Measure) => errorOf(by, outputs, originals, countOf(held));
      return { outputs: error("outputs"), measured: error(measure) };
    };
    const all = stages(sensitivity, costIn(budget));
    const expected = expectedOf(all);
    const at = async ({ allocation }: Stage): Promise<FactorizedWithin> => {
      const choose = chosenBy(allocation, dictionaries, columns);
      const made = await factorize(model, choose, {
        samples: fit,
        ...sampling,
        ...(signal && { signal }),
        onProgress: report("factorize"),
      });
      return { ...made, sensitivity, stages: expected, error: errors(made.model) };
    };
    if (!("error" in budget)) return await at(stageFor("factorizeWithin", sensitivity, all, budget));
    return await smallest(all, budget.error, at);
  } finally {
    tf.dispose([fit, held]);
  }
}

/** Choice of an allocation, for `factorize`. */
const chosenBy =
  (allocation: Allocation, dictionaries: FactorizeWithinOptions["dictionaries"], columns: number) =>
  ({ path }: ConvertibleLayer): FactorizeChoice | undefined => {
    const point = allocation.get(path);
    return point && { dictionary: dictionaries[point.dictionary]!, rank: point.rank, columns: { upTo: columns } };
  };

/** Smallest model with at most such an error, by bisection. */
async function smallest(
  all: readonly Stage[],
  most: number,
  at: (stage: Stage) => Promise<FactorizedWithin>,
): Promise<FactorizedWithin> {
  let best: FactorizedWithin | undefined;
  let [low, high] = [0, all.length - 1]; // the model as it is has no error
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const made = await at(all[middle]!);
    if (made.error.measured <= most) {
      if (best) freeModel(best.model);
      best = made;
      low = middle;
    } else {
      freeModel(made.model);
      high = middle - 1;
    }
  }
  if (!best)
    throw new RangeError(
      `factorizeWithin: no layer can change with an error of at most ${most}; allow more, or offer other dictionaries`,
    );
  return best;
}

/** Three quarters of the samples to fit to, and the rest, drawn from the seed. */
function parted(samples: Samples, seed: number): [tf.Tensor[], tf.Tensor[]] {
  const count = countOf(samples);
  if (count < 4)
    throw new RangeError(`factorizeWithin: samples must be at least 4, of which a quarter is held out; got ${count}`);
  const order = stream(seed, "held-out").permutation(count);
  const most = Math.floor((3 * count) / 4);
  const take = (from: number, to: number) =>
    tf.tidy(() => {
      const rows = tf.tensor1d(Int32Array.from(order.subarray(from, to)), "int32");
      return [samples].flat().map((tensor) => tf.gather(tensor as tf.Tensor, rows));
    });
  return [take(0, most), take(most, count)];
}
