import type { Figure } from "../../figure";
import { networkDataText, networkMethods } from "../../networks";
import { commonOptions, dataOptions, methodsOption } from "../../options";
import { fig5Claims } from "./claims";
import { fig5Paper } from "./paper";
import { type Fig5Options, fig5 } from "./runs";

/** Figure 5: test error of a convolutional network by the share of the weights learned. */
export const fig5Figure: Figure = {
  name: "fig5",
  title: "Figure 5: a convolutional network with most weights predicted",
  summary: "Figure 5, CIFAR-10: a convolutional network that learns a part of its weights",
  description:
    "Figure 5: the paper's convolutional network (48 filters 8x8, 64 of 8x8, 64 of 5x5, 500 units) on CIFAR-10, every layer " +
    "except the last learned whole (nokernel) or predicted by the squared exponential kernel (SE). Without --data, CIFAR-10 " +
    "is downloaded.",
  examples: [
    ["", "CIFAR-10, downloaded once; 15 runs, hours"],
    ["--data ./cifar-10-batches-bin", "its files in a folder"],
    ["--train 5000 --epochs 6 --seed 1", "a first look"],
    ["--proportion 0.03,0.06,0.125,0.25", "where it breaks"],
    ["--methods nokernel,SE,DCT,RandFixU", "other dictionaries next to the paper's"],
    ["--so-far", "the report of what is done so far"],
  ],
  options: [
    ...dataOptions(networkDataText),
    methodsOption(networkMethods, "nokernel,SE"),
    ...commonOptions({ proportions: "0.25,0.5,0.75,1", seeds: "1,2,3", epochs: "12" }),
  ],
  runs: (values) => fig5(values as Fig5Options),
  comparison: { headline: 0.25, paper: fig5Paper, claims: fig5Claims },
};
