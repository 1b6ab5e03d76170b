import type { Figure } from "../../figure";
import { networkDataText } from "../../networks";
import { dataOptions, epochsOption, trainOption } from "../../options";
import { fig1Kernels, fig1LengthScales } from "./predictors";
import { type Fig1Options, fig1, fig1Networks } from "./runs";

interface Values extends Omit<Fig1Options, "cifar"> {
  /** Images of the cifar network. */
  readonly data?: NonNullable<Fig1Options["cifar"]>;
}

/** Figure 1: trained filters predicted from a few of their pixels. */
export const fig1Figure: Figure = {
  name: "fig1",
  title: "Figure 1: trained filters predicted from a few pixels",
  summary: "Figure 1: trained filters predicted from a few of their pixels",
  description:
    "Figure 1: trains a dense network on MNIST and the paper's convolutional network on CIFAR-10, keeps some pixels of each " +
    "first-layer filter at random, and predicts the others by kernel ridge regression. Prints the error by the share of " +
    "the pixels kept for each kernel, and writes a report with pictures. Filters that are trained already are kept in --folder.",
  examples: [
    ["--networks mnist", "MNIST alone: no download, a minute or two"],
    ["", "and CIFAR-10, downloaded once"],
    ["--data ./cifar-10-batches-bin", "its files in a folder"],
    ["--share 0.1", "pictures from a tenth of the pixels"],
    ["--kernels exponential --ridge 0.1", "one kernel, another ridge"],
    ["--json > fig1.json", "for other programs"],
  ],
  options: [
    {
      name: "networks",
      flag: "--networks <names>",
      description: "mnist, cifar, or both between commas",
      default: fig1Networks.join(),
      value: { kind: "names", what: "network", known: fig1Networks },
    },
    ...dataOptions(`images of the cifar network: ${networkDataText}`),
    epochsOption("10"),
    trainOption,
    {
      name: "weightDecay",
      flag: "--weight-decay <x>",
      description:
        "fades the random first weights, which nothing predicts; fewer images need more of it, or more epochs",
      default: "0.0005 for mnist, 0.004 for cifar",
      value: { kind: "number" },
    },
    {
      name: "kernels",
      flag: "--kernels <names>",
      description: `some of ${fig1Kernels.join(", ")}`,
      default: "all",
      value: { kind: "names", what: "kernel", known: fig1Kernels },
    },
    {
      name: "lengthScales",
      flag: "--length-scales <list>",
      description: "in pixels: each kernel takes the best of these, besides the paper's 1",
      default: fig1LengthScales.join(),
      value: { kind: "numbers" },
    },
    {
      name: "ridge",
      flag: "--ridge <x>",
      description: "lambda of the regression",
      value: { kind: "number", initial: 1e-3 },
    },
    {
      name: "share",
      flag: "--share <p>",
      description: "share of the pixels kept in the pictures, at which length scales are chosen",
      value: { kind: "number", initial: 0.25 },
    },
    {
      name: "subsets",
      flag: "--subsets <n>",
      description: "random subsets of the pixels",
      value: { kind: "integer", least: 1, initial: 3 },
    },
    {
      name: "seed",
      flag: "--seed <n>",
      description: "decides the training and the pixels",
      value: { kind: "integer", initial: 1 },
    },
  ],
  runs(values) {
    const { data, ...options } = values as Values;
    if (data !== undefined && options.networks?.includes("cifar") === false)
      throw new RangeError(
        `--data is for the cifar network, which is not among --networks ${options.networks.join()}; add cifar, or leave it out`,
      );
    return fig1({ ...options, ...(data !== undefined && { cifar: data }) });
  },
  study: async () => (await import("./study")).fig1Study,
};
