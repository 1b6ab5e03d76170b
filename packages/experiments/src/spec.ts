import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { z } from "zod";

/** Ways to choose a layer's atoms. */
const selections = ["uniform", "leading", "energy", "leverage", "farthest-point", "pivoted-cholesky"] as const;
export type SelectionName = (typeof selections)[number];

const proportion = z
  .number()
  .gt(0)
  .max(1)
  .describe("share of the layer's weights that is learned: atoms in each column over inputs");

/** One hidden layer: how many units, and where its weights come from. */
const layer = z.discriminatedUnion("weights", [
  z.strictObject({ weights: z.literal("dense"), units: z.int().min(1) }),
  z.strictObject({
    weights: z.literal("low-rank"),
    units: z.int().min(1),
    proportion,
    start: z
      .enum(["scaled", "paper"])
      .default("scaled")
      .describe("U and V uniform: so that W has the variance of a dense layer's, or in ±0.1 as in the paper"),
  }),
  z.strictObject({
    weights: z.literal("factorized"),
    units: z.int().min(1),
    dictionary: z.string().describe("name of a registered dictionary; `weightcast dictionary list` shows them"),
    options: z.record(z.string(), z.json()).default({}).describe("options of the dictionary"),
    proportion,
    columns: z.int().min(1).default(10).describe("columns with index sets of their own"),
    selection: z
      .enum(selections)
      .default("uniform")
      .describe(
        "how a column chooses its atoms; `energy` needs a dictionary of independent atoms, the last three one of kernel ridge regression",
      ),
  }),
]);

const data = z.strictObject({
  name: z.string().default("mnist").describe("mnist, or a name for the files of `folder`"),
  folder: z.string().optional().describe("folder of IDX files, plain or gzip"),
  train: z.int().min(1).optional().describe("training images used, a seeded choice; all of them when absent"),
  samples: z
    .int()
    .min(1)
    .default(10_000)
    .describe("training images that dictionaries made from data are fitted to; fewer if there are fewer"),
  test: z.int().min(1).optional().describe("test images used, a seeded choice; all of them when absent"),
});

const training = z.strictObject({
  epochs: z.int().min(1).default(10),
  batchSize: z.int().min(1).default(100),
  optimizer: z.enum(["sgd", "adam"]).default("sgd"),
  momentum: z.number().min(0).lt(1).default(0.9).describe("of sgd"),
  rate: z
    .number()
    .gt(0)
    .optional()
    .describe("learning rate at the start; 0.2 of sgd, 0.1 where a layer is low-rank, 0.001 of adam when absent"),
  schedule: z.enum(["constant", "step", "cosine", "paper"]).default("cosine"),
  weightDecay: z.number().min(0).default(0),
  maxColumnNorm: z.number().gt(0).optional().describe("the paper's is 1.9365"),
});

const pretraining = z
  .strictObject({
    epochs: z.int().min(1).default(5),
    rate: z
      .number()
      .gt(0)
      .optional()
      .describe("learning rate at the start; 0.1 of sigmoid units, 0.01 of tanh, 0.001 of relu when absent"),
    momentum: z.number().min(0).lt(1).default(0.9),
    corruption: z.number().min(0).lt(1).default(0).describe("share of the inputs masked, as denoising autoencoders do"),
  })
  .describe("each hidden layer first trained as an autoencoder of what the layers below give, from the first on");

/** The schema of a run: what a configuration file holds, with defaults. */
export const runSchema = z
  .strictObject({
    use: z.array(z.string()).default([]).describe("packages or paths to take further dictionaries from"),
    label: z.string().default("run").describe("name in tables and reports; not part of the run's identity"),
    data: data.prefault({}),
    hidden: z
      .array(layer)
      .min(1)
      .default([
        { weights: "dense", units: 500 },
        { weights: "dense", units: 500 },
      ]),
    activation: z.enum(["sigmoid", "relu", "tanh"]).default("sigmoid"),
    training: training.prefault({}),
    pretraining: pretraining.optional(),
    seed: z.int().default(1),
  })
  .superRefine(({ hidden }, context) => {
    for (const [i, layer] of hidden.entries())
      if (layer.weights === "factorized" && layer.units % layer.columns !== 0)
        context.addIssue({
          code: "custom",
          path: ["hidden", i, "columns"],
          message: `must divide the layer's ${layer.units} units equally`,
          input: layer.columns,
        });
  })
  .transform(({ training, pretraining, ...run }) => ({
    ...run,
    training: { ...training, rate: training.rate ?? rateFor(run, training) },
    ...(pretraining && {
      pretraining: { ...pretraining, rate: pretraining.rate ?? pretrainingRates[run.activation] },
    }),
  }));

/** Learning rates at the start at which autoencoders learn: where a decoder is linear, its errors are larger. */
const pretrainingRates = { sigmoid: 0.1, tanh: 0.01, relu: 0.001 };

/** A learning rate at the start that trains the paper's network well in a few epochs: a low-rank layer diverges at the others'. */
function rateFor(
  { hidden }: { readonly hidden: readonly { weights: string }[] },
  { optimizer }: { optimizer: string },
) {
  if (optimizer === "adam") return 0.001;
  return hidden.some(({ weights }) => weights === "low-rank") ? 0.1 : 0.2;
}

/** A run, resolved: every option that changes its numbers, engine apart. */
export type RunSpec = z.output<typeof runSchema>;
/** A run as it is written, defaults left out. */
export type RunInput = z.input<typeof runSchema>;
/** A hidden layer of a run. */
export type LayerSpec = RunSpec["hidden"][number];

/**
 * A run from anything: fills in the defaults and checks every field.
 * @param where what was read, for the message
 * @throws RangeError naming each wrong field, what it must be and what it is
 */
export function resolveRun(input: unknown, where = "run"): RunSpec {
  const result = runSchema.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message, input: got }) => {
    const at = path.length === 0 ? "" : `${z.core.toDotPath(path)}: `;
    return `${at}${message.charAt(0).toLowerCase()}${message.slice(1)}${typeof got === "object" ? "" : `; got ${JSON.stringify(got)}`}`;
  });
  throw new RangeError(`${where}: ${faults.join("\n  ")}`);
}

/** What a run is called where there are several: its label, the proportion of its first predicted layer, and its seed. */
export function nameOf({ label, hidden, seed }: RunSpec): string {
  const predicted = hidden.find((layer) => layer.weights !== "dense");
  const share = predicted ? ` ${Number((100 * predicted.proportion).toPrecision(3))}%` : "";
  return `${label}${share} seed ${seed}`;
}

/** Goes up when a release changes the numbers of a run that an earlier one could do: initialization, calibration, the order of batches. */
const numbers = 1;

/**
 * What identifies a run: 12 hexadecimal digits of the SHA-256 of the canonical JSON (keys sorted) of all that decides its
 * numbers. The label does not, nor do paths: what is in the files does.
 * @param engine `versionsOf` what computes it
 * @param outside `outsideOf` the run @default "", nothing
 */
export function identityOf({ label: _, use: __, data, ...rest }: RunSpec, engine: string, outside = ""): string {
  const { folder: ___, ...images } = data;
  const text = canonical({ ...rest, data: images, numbers, engine, outside });
  return bytesToHex(sha256(new TextEncoder().encode(text))).slice(0, 12);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, entry]) => `${JSON.stringify(key)}:${canonical(entry)}`)
    .join(",")}}`;
}
