/** What decides an autoencoder's atoms besides its samples. JSON. */
export interface AutoencoderRecipe {
  /** Atoms: hidden units, a positive integer. The paper has 1000 for 784 inputs. @default as many as there are inputs */
  readonly size?: number;
  /** Passes through the samples, an integer ≥ 1. @default 20 */
  readonly epochs?: number;
  /** Samples of an update, an integer ≥ 1. @default 100 */
  readonly batchSize?: number;
  /** Learning rate, > 0. @default 0.1 */
  readonly rate?: number;
  /** In [0, 1). @default 0.9 */
  readonly momentum?: number;
  /** g, of the hidden units. @default "sigmoid" */
  readonly activation?: "sigmoid" | "linear";
  /** s, of what is reconstructed: `sigmoid` for samples in [0, 1], `linear` for any. @default "sigmoid" */
  readonly decoder?: "sigmoid" | "linear";
  /** Share of the inputs set to zero before they are encoded, in [0, 1): a denoising autoencoder. @default 0 */
  readonly corruption?: number;
  /** Share of the samples that is not trained on but measured after every epoch, in [0, 1). @default 0, with patience 0.1 */
  readonly holdOut?: number;
  /** Stop after so many epochs in a row without a smaller loss of the samples held out, an integer ≥ 1. @default never */
  readonly patience?: number;
  /** Any safe integer: the first weights, the order of samples, what is held out and corrupted. @default 0 */
  readonly seed?: number;
}

/** Every option but `patience`, which may be absent. */
type Resolved = Required<Omit<AutoencoderRecipe, "patience">> & Pick<AutoencoderRecipe, "patience">;

/**
 * The options with their defaults.
 * @throws RangeError naming the one that is out of range
 */
export function resolved(options: AutoencoderRecipe, inputs: number): Resolved {
  const { size = inputs, epochs = 20, batchSize = 100, rate = 0.1, momentum = 0.9, seed = 0, patience } = options;
  const { activation = "sigmoid", decoder = "sigmoid", corruption = 0 } = options;
  const { holdOut = patience === undefined ? 0 : 0.1 } = options;
  const must = (name: string, value: unknown, holds: boolean, rule: string) => {
    if (!holds) throw new RangeError(`autoencoder: ${name} must be ${rule}; got ${JSON.stringify(value)}`);
  };
  for (const [name, value] of Object.entries({
    size,
    epochs,
    batchSize,
    patience: patience === undefined ? 1 : patience,
  }))
    must(name, value, Number.isSafeInteger(value) && value >= 1, "a positive integer");
  for (const [name, value] of Object.entries({ momentum, corruption, holdOut }))
    must(name, value, typeof value === "number" && value >= 0 && value < 1, "in [0, 1)");
  for (const [name, value] of Object.entries({ activation, decoder }))
    must(name, value, value === "sigmoid" || value === "linear", '"sigmoid" or "linear"');
  must("rate", rate, typeof rate === "number" && rate > 0 && rate < Infinity, "a number above 0");
  must("seed", seed, Number.isSafeInteger(seed), "a safe integer");
  if (patience !== undefined && holdOut === 0)
    throw new RangeError("autoencoder: patience needs samples held out; got holdOut 0; try 0.1");
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
