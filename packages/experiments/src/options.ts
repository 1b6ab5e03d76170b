import type { FigureOption } from "./figure";

/** Defaults of the common options, in words. */
interface Defaults {
  readonly proportions: string;
  readonly seeds: string;
  readonly epochs: string;
  /** Without it the figure has no such option. */
  readonly columns?: string;
}

/** Options that every figure of several runs has, after its own. */
export const commonOptions = ({ proportions, seeds, epochs, columns }: Defaults): readonly FigureOption[] => [
  {
    name: "proportions",
    flag: "--proportion <list>",
    description: "learned shares of the weights, each in (0, 1] or a fraction such as 2/9, between commas",
    default: proportions,
    value: { kind: "shares" },
  },
  epochsOption(epochs),
  trainOption,
  seedsOption(seeds),
  jobsOption,
  ...(columns === undefined
    ? []
    : [
        {
          name: "columns",
          flag: "--columns <n>",
          description: "columns of each layer",
          default: columns,
          value: { kind: "integer", least: 1 },
        } as const,
      ]),
  soFarOption,
];

/** Seeds, and how the runs are made. @param seeds default in words */
export const runnerOptions = (seeds: string): readonly FigureOption[] => [seedsOption(seeds), jobsOption, soFarOption];

/** Seeds. @param text default in words */
export const seedsOption = (text: string): FigureOption => ({
  name: "seeds",
  flag: "--seed <list>",
  description: "decide everything random, integers between commas",
  default: text,
  value: { kind: "integers" },
});

const jobsOption: FigureOption = {
  name: "jobs",
  flag: "--jobs <n>",
  description: "runs at a time",
  default: "one per core; only one if steps are eager and the engine has threads",
  value: { kind: "integer", least: 1 },
};

const soFarOption: FigureOption = {
  name: "soFar",
  flag: "--so-far",
  description: "run nothing: the table and the report of what is in the record",
  value: { kind: "flag" },
};

/** Passes over the training images. @param text default in words */
export const epochsOption = (text: string): FigureOption => ({
  name: "epochs",
  flag: "--epochs <n>",
  description: "passes over the training images",
  default: text,
  value: { kind: "integer", least: 1 },
});

/** Number of training images. */
export const trainOption: FigureOption = {
  name: "train",
  flag: "--train <n>",
  description: "training images, a seeded choice",
  default: "all",
  value: { kind: "integer", least: 1 },
};

/** Images of a network for color images, and their name. @param description of --data */
export const dataOptions = (description: string): readonly FigureOption[] => [
  { name: "data", flag: "--data <name>", description, default: "cifar10, downloaded", value: { kind: "data" } },
  {
    name: "dataName",
    flag: "--data-name <name>",
    description: "name for results on the images of a folder",
    default: "the folder's name",
    value: { kind: "text" },
  },
];

/** Names of methods. @param text default in words */
export const methodsOption = (known: readonly string[], text: string): FigureOption => ({
  name: "methods",
  flag: "--methods <names>",
  description: `some of ${known.join(", ")}`,
  default: text,
  value: { kind: "names", what: "method", known },
});
