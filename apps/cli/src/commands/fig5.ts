import type { Command } from "commander";
import { type NetworkFlags, networkFlags, networkOptions } from "../network-flags";
import type { World } from "../world";
import { addFigure } from "./figure";

/** `weightcast reproduce fig5` */
export const addFig5 = (reproduce: Command, world: World): void =>
  addFigure<NetworkFlags>(reproduce, world, {
    name: "fig5",
    summary: "Figure 5, CIFAR-10: a convolutional network that learns a part of its weights",
    description:
      "Figure 5: the paper's convolutional network (48 filters 8x8, 64 of 8x8, 64 of 5x5, 500 units) on CIFAR-10, every layer " +
      "but the last learned whole (nokernel) or predicted by the squared exponential kernel (SE). CIFAR-10 is downloaded " +
      "where no --data is given.",
    title: "Figure 5: a convolutional network with most weights predicted",
    figure: "fig5",
    defaults: { proportions: "0.25,0.5,0.75,1", seeds: "1,2,3", epochs: "12" },
    options: networkFlags("nokernel,SE"),
    specs: ({ fig5 }, common, flags) => fig5({ ...common, ...networkOptions(flags) }),
    examples: `
Examples:
  $ weightcast reproduce fig5                                       CIFAR-10, downloaded once; 15 runs, hours
  $ weightcast reproduce fig5 --data ./cifar-10-batches-bin         its files in a folder
  $ weightcast reproduce fig5 --train 5000 --epochs 6 --seed 1      a first look
  $ weightcast reproduce fig5 --proportion 0.03,0.06,0.125,0.25     where it breaks
  $ weightcast reproduce fig5 --methods nokernel,SE,DCT,RandFixU    other dictionaries beside the paper's
  $ weightcast reproduce fig5 --so-far                              the report of what is done so far
`,
  });
