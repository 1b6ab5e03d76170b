import { datasetNames } from "@weightcast/datasets/catalog";
import { isWeightType, type WeightType, weightTypeNames } from "@weightcast/files/types";
import { optimizerNames, scheduleNames } from "@weightcast/training/names";
import { z } from "zod";
import { integer } from "./integer";
import { ifText, orShort } from "./text-form";
import { columnsOf } from "./texts";

/** Largest side of an image, in pixels. */
const largestSide = 8192;
const side = integer().min(1).max(largestSide);

/** Tasks of a table. */
export const taskNames = ["regression", "classification"] as const;
const columns = z.array(z.string().min(1));

/** Data of a run: which data set, and which part of it. */
export const data = z.strictObject({
  name: z
    .string()
    .optional()
    .describe(
      `a data set, ${datasetNames.join(", ")}; or a name of your own for the images in \`folder\` or the rows of \`table\`: the folder's or file's when absent; mnist when all are absent`,
    ),
  folder: z
    .string()
    .optional()
    .describe("folder of IDX files, CIFAR or STL-10 binaries, images, or the speech corpus TIMIT"),
  table: z
    .string()
    .optional()
    .describe(
      "CSV file, whose first line names its columns, perhaps compressed by gzip: its rows take the place of images",
    ),
  target: z.string().min(1).optional().describe("column of the table to predict"),
  ignore: orShort<typeof columns, string>(columns, ifText(columnsOf), {
    type: "string",
    description: "the same, separated by commas",
  })
    .optional()
    .describe("columns of the table to leave out, such as numbers of rows"),
  task: z
    .enum(taskNames)
    .optional()
    .describe(
      "whether the values of `target` are numbers to predict or classes; when absent, regression if all of them are numbers",
    ),
  size: z
    .union([side.transform((length): [number, number] => [length, length]), z.tuple([side, side])], {
      error: `must be a number of pixels, or [height, width], in [1, ${largestSide}]`,
    })
    .optional()
    .describe(
      "height and width to which the images in `folder` are resized, or one number for both; without it they must agree",
    ),
  channels: z
    .literal([1, 3])
    .optional()
    .describe("3 makes all images in `folder` color, 1 gray; their own when absent, and then they must agree"),
  train: integer().min(1).optional().describe("number of training images to use, a seeded choice; all when absent"),
  samples: integer()
    .min(1)
    .default(10_000)
    .describe(
      "number of samples that dictionaries made from data are fitted to: training images, or windows of them; fewer if there are fewer",
    ),
  validation: integer()
    .min(1)
    .optional()
    .describe(
      "number of training images that are kept out of training and take the place of the test images, the same for every seed: for choosing settings. Of speech, frames of whole speakers, at least so many",
    ),
  test: integer()
    .min(1)
    .optional()
    .describe(
      "number of test images to use, a seeded choice; all when absent. Of a table, number of rows kept out of training as test rows, the same for every seed; a fifth of them when absent",
    ),
  standardize: z
    .boolean()
    .optional()
    .describe(
      "whether each channel is scaled to mean 0 and deviation 1 over the training images; true for every network except mlp when absent",
    ),
});

/** Augmentation of the training images, drawn again in each epoch. */
const augment = z.strictObject({
  crop: integer().min(0).optional().describe("pixels of padding, from which a window of the image's size is cropped"),
  flip: z.boolean().optional().describe("whether half of the images are mirrored left to right"),
});

/** Default learning rates at the start: of sgd in mlp, in mlp with a low-rank layer, in other networks, and on tables; and of the other optimizers. */
export const defaultRates = {
  ...{ mlp: 0.2, lowRank: 0.1, images: 0.02, tables: 0.005 },
  ...{ adam: 0.001, rmsprop: 0.001, adagrad: 0.01, lion: 0.0002 },
};

/** {@link defaultRates} in words. */
export const defaultRatesText = `for sgd ${defaultRates.mlp} in mlp, or ${defaultRates.lowRank} if a layer is low-rank, ${defaultRates.images} in other networks, and ${defaultRates.tables} on tables; ${defaultRates.adam} for adam and rmsprop, ${defaultRates.adagrad} for adagrad, ${defaultRates.lion} for lion`;

/** Momentum of sgd, if a run names none. */
export const defaultMomentum = 0.9;

/** Rule for the momentum of a run with another optimizer than sgd. */
export const momentumRule = "is for sgd; leave it out for other optimizers";

/** Optimizers of a run that names none: columns of a table are less alike than pixels. */
export const defaultOptimizers = { images: "sgd", tables: "adam" } as const;

/** Training of a run. */
export const training = z.strictObject({
  epochs: integer().min(1).default(10),
  batchSize: integer().min(1).default(100),
  optimizer: z
    .enum(optimizerNames)
    .optional()
    .describe(
      `rule that updates the weights; when absent, ${defaultOptimizers.images}, or ${defaultOptimizers.tables} on a table`,
    ),
  momentum: z.number().min(0).lt(1).default(defaultMomentum).describe("of sgd; must be left out for other optimizers"),
  rate: z.number().gt(0).optional().describe(`learning rate at the start; when absent, ${defaultRatesText}`),
  schedule: z.enum(scheduleNames).default("cosine"),
  warmup: z
    .number()
    .min(0)
    .optional()
    .describe("epochs in which the rate first rises to `rate`, fewer than `epochs`; cosine schedule only"),
  weightDecay: z.number().min(0).default(0),
  maxColumnNorm: z.number().gt(0).optional().describe("the paper's is 1.9365"),
  clipNorm: z
    .number()
    .gt(0)
    .optional()
    .describe("largest norm of all gradients together; above it, all of them are scaled down"),
  augment: augment.optional().describe("how training images change from epoch to epoch"),
});

const weightType = z
  .string()
  .refine(isWeightType, `must be one of ${weightTypeNames}`)
  .transform((type) => type as WeightType);

/** Types in which the run's model file holds its weights. */
export const quantization = z
  .strictObject({
    type: weightType.default("int8").describe("type of V, kernels and stored atoms"),
    layers: z
      .record(z.string(), weightType)
      .default({})
      .describe("types of the layers that have another, by name; logits is the last one"),
    vectors: weightType.default("float16").describe("type of biases and normalizations"),
    scaledBy: z.enum(["column", "tensor"]).default("column").describe("integers that share a scale"),
    compress: z.boolean().default(true).describe("whether the file is compressed by gzip"),
    origin: z
      .boolean()
      .default(true)
      .describe("whether the file says which run it came from, in about half a kilobyte"),
    epochs: integer()
      .min(0)
      .default(5)
      .describe("epochs of training after `training`, with rounded weights; 0 rounds the trained weights"),
    rate: z
      .number()
      .gt(0)
      .optional()
      .describe("learning rate at the start of these epochs, on a cosine; a tenth of the training's when absent"),
  })
  .describe("makes the model file small: its weights are rounded, and trained further with the rounding");

/** Learning rates of pre-training at which autoencoders learn: the errors of a linear decoder are larger. */
export const pretrainingRates = { sigmoid: 0.1, tanh: 0.01, relu: 0.001 };

/** Greedy layer-wise pre-training of a run. */
export const pretraining = z
  .strictObject({
    epochs: integer().min(1).default(5),
    rate: z
      .number()
      .gt(0)
      .optional()
      .describe(
        `learning rate at the start; when absent, ${pretrainingRates.sigmoid} for sigmoid units, ${pretrainingRates.tanh} for tanh, ${pretrainingRates.relu} for relu`,
      ),
    momentum: z.number().min(0).lt(1).default(0.9),
    corruption: z
      .number()
      .min(0)
      .lt(1)
      .default(0)
      .describe("share of the inputs to mask, as denoising autoencoders do"),
    weights: z
      .boolean()
      .optional()
      .describe(
        "whether training starts from the pre-trained weights; if false, from random ones, and pre-training only shapes the dictionaries that are made from a layer's activations; true when absent",
      ),
  })
  .describe(
    "first trains each fully connected layer as an autoencoder of what the layers below it give, from the first on",
  );
