import { z } from "zod";

/*
 * The fields of a run that are not about its layers.
 */

/** The data sets that go by a name. */
export const dataNames = ["mnist", "cifar10", "cifar100", "stl10"] as const;

/** Where the images come from, and which of them. */
export const data = z.strictObject({
  name: z
    .string()
    .optional()
    .describe(
      "mnist; cifar10, cifar100 or stl10, which are downloaded; or a name of its own for what is in `folder`: the folder's when absent, mnist without one",
    ),
  folder: z.string().optional().describe("folder of IDX files, of CIFAR or STL-10 binaries, or of images"),
  train: z.int().min(1).optional().describe("training images used, a seeded choice; all of them when absent"),
  samples: z
    .int()
    .min(1)
    .default(10_000)
    .describe("training images that dictionaries made from data are fitted to; fewer if there are fewer"),
  test: z.int().min(1).optional().describe("test images used, a seeded choice; all of them when absent"),
  standardize: z
    .boolean()
    .optional()
    .describe(
      "whether each channel has mean 0 and deviation 1 over the training images; true of a `network` when absent",
    ),
});

/** Changes of the training images, drawn anew each epoch. */
const augment = z.strictObject({
  crop: z.int().min(0).optional().describe("pixels of padding, of which a window of the image's size is cut"),
  flip: z.boolean().optional().describe("whether half of the images are mirrored left to right"),
});

export const training = z.strictObject({
  epochs: z.int().min(1).default(10),
  batchSize: z.int().min(1).default(100),
  optimizer: z.enum(["sgd", "adam"]).default("sgd"),
  momentum: z.number().min(0).lt(1).default(0.9).describe("of sgd"),
  rate: z
    .number()
    .gt(0)
    .optional()
    .describe(
      "learning rate at the start; of sgd 0.2, 0.1 where a layer is low-rank, 0.02 of a `network`; of adam 0.001 when absent",
    ),
  schedule: z.enum(["constant", "step", "cosine", "paper"]).default("cosine"),
  warmup: z
    .number()
    .min(0)
    .optional()
    .describe("epochs in which the rate first rises to `rate`, fewer than `epochs`; of the cosine schedule only"),
  weightDecay: z.number().min(0).default(0),
  maxColumnNorm: z.number().gt(0).optional().describe("the paper's is 1.9365"),
  augment: augment.optional().describe("how training images change from epoch to epoch; of a `network` only"),
});

export const pretraining = z
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

/** Learning rates of pre-training at which autoencoders learn: where a decoder is linear, its errors are larger. */
export const pretrainingRates = { sigmoid: 0.1, tanh: 0.01, relu: 0.001 };
