import { quoted } from "@weightcast/dictionary";
import type { Decoder } from "@weightcast/training";

/** Recipe of an autoencoder: everything besides its samples that decides its atoms. JSON. */
export interface AutoencoderRecipe {
  /** Number of atoms, which is that of hidden units: a positive integer. The paper has 1000 for 784 inputs. @default the number of inputs */
  readonly size?: number;
  /** Passes through the samples, an integer ≥ 1. @default 20 */
  readonly epochs?: number;
  /** Samples per update, an integer ≥ 1. @default 100 */
  readonly batchSize?: number;
  /** Learning rate, > 0. @default 0.1 */
  readonly rate?: number;
  /** Momentum: share of the velocity kept from one update to the next, in [0, 1). @default 0.9 */
  readonly momentum?: number;
  /** g: activation of the hidden units. @default "sigmoid" */
  readonly activation?: "sigmoid" | "linear";
  /** s: activation of the reconstruction, `sigmoid` for samples in [0, 1], `linear` for any. @default "sigmoid" */
  readonly decoder?: Decoder;
  /** Share of the inputs set to zero before they are encoded, in [0, 1): a denoising autoencoder. @default 0 */
  readonly corruption?: number;
  /** Share of the samples held out: not trained on, but measured after every epoch; in [0, 1). @default 0; 0.1 with `patience` */
  readonly holdOut?: number;
  /** Early stopping: epochs in a row without a smaller held-out loss after which to stop, an integer ≥ 1. @default none: all epochs */
  readonly patience?: number;
  /**
   * Seed of the initial weights, the order of samples, the choice of held-out samples, and the corruption: any safe
   * integer. @default 0
   */
  readonly seed?: number;
}

/** Recipe with every option set, except `patience`, which may be absent. */
type ResolvedRecipe = Required<Omit<AutoencoderRecipe, "patience">> & Pick<AutoencoderRecipe, "patience">;

/**
 * Recipe with defaults filled in.
 * @param inputs number of inputs, the default size
 * @throws RangeError naming the option that is out of range
 */
export function resolveRecipe(options: AutoencoderRecipe, inputs: number): ResolvedRecipe {
  const { size = inputs, epochs = 20, batchSize = 100, rate = 0.1, momentum = 0.9, seed = 0, patience } = options;
  const { activation = "sigmoid", decoder = "sigmoid", corruption = 0 } = options;
  const { holdOut = patience === undefined ? 0 : 0.1 } = options;
  const check = (name: string, value: unknown, valid: boolean, rule: string) => {
    if (!valid) throw new RangeError(`autoencoder: ${name} must be ${rule}; got ${quoted(value)}`);
  };
  for (const [name, value] of Object.entries({
    size,
    epochs,
    batchSize,
    patience: patience === undefined ? 1 : patience,
  }))
    check(name, value, Number.isSafeInteger(value) && value >= 1, "a positive integer");
  for (const [name, value] of Object.entries({ momentum, corruption, holdOut }))
    check(name, value, typeof value === "number" && value >= 0 && value < 1, "in [0, 1)");
  for (const [name, value] of Object.entries({ activation, decoder }))
    check(name, value, value === "sigmoid" || value === "linear", '"sigmoid" or "linear"');
  check("rate", rate, typeof rate === "number" && rate > 0 && rate < Infinity, "a number above 0");
  check("seed", seed, Number.isSafeInteger(seed), "a safe integer");
  if (patience !== undefined && holdOut === 0)
    throw new RangeError("autoencoder: patience needs held-out samples; got holdOut 0; try 0.1");
  return {
    size,
    epochs,
    batchSize,
    rate,
    momentum,
    activation,
    decoder,
    corruption,
    holdOut,
    ...(patience !== undefined && { patience }),
    seed,
  };
}
