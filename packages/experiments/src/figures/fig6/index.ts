import type { Figure } from "../../figure";
import { networkDataText } from "../../networks";
import { dataOptions, epochsOption, seedsOption } from "../../options";
import { fig6Methods } from "./settings";

/** Figure 6: features of patches, learned without labels. */
export const fig6Figure: Figure = {
  name: "fig6",
  title: "Figure 6: reconstruction ICA with predicted weights",
  summary: "Figure 6: features learned without labels, by reconstruction ICA",
  description:
    "Figure 6: fits reconstruction ICA to whitened patches of color images, with all weights learned, and with some of them learned " +
    "and the others predicted by the SE kernel; beside it random dictionaries, and fewer features of as many learned weights. " +
    "Prints the loss on patches of the test images, and writes a report with the features as pictures. Fits that were made before are kept in --folder.",
  examples: [
    ["", "CIFAR-10, downloaded once; 87 fits, about half an hour"],
    ["--data stl10", "STL-10"],
    ["--methods SE,narrower --proportion 0.2,0.5 --seed 1", "a first look"],
    ["--lambda 10", "more weight on the reconstruction"],
  ],
  options: [
    ...dataOptions(networkDataText),
    {
      name: "methods",
      flag: "--methods <names>",
      description: `some of ${fig6Methods.join(", ")}, beside the dense W`,
      default: "all",
      value: { kind: "names", what: "method", known: fig6Methods },
    },
    {
      name: "proportions",
      flag: "--proportion <list>",
      description: "learned shares of the weights, each in (0, 1), between commas",
      default: "0.05,0.1,0.2,0.3,0.4,0.5,0.75",
      value: { kind: "shares" },
    },
    seedsOption("1,2,3"),
    {
      name: "features",
      flag: "--features <n>",
      description: "columns of W",
      default: "400",
      value: { kind: "integer", least: 1 },
    },
    {
      name: "columns",
      flag: "--columns <n>",
      description: "groups of features with atoms of their own",
      default: "10",
      value: { kind: "integer", least: 1 },
    },
    {
      name: "patches",
      flag: "--patches <n>",
      description: "8x8 patches of the training images to learn from",
      default: "20000",
      value: { kind: "integer", least: 1 },
    },
    epochsOption("10"),
    {
      name: "lambda",
      flag: "--lambda <x>",
      description: "weight of the reconstruction",
      default: "1",
      value: { kind: "number" },
    },
    {
      name: "rate",
      flag: "--rate <x>",
      description: "first learning rate of Adam",
      default: "0.03",
      value: { kind: "number" },
    },
  ],
  runs: () => [],
  study: async () => (await import("./study")).fig6Study,
};
