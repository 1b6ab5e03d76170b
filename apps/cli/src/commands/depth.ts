import type { Command } from "commander";
import { type NetworkFlags, networkFlags, networkOptions } from "../network-flags";
import type { World } from "../world";
import { addFigure } from "./figure";

/** `weightcast reproduce depth` */
export const addDepth = (reproduce: Command, world: World): void =>
  addFigure<NetworkFlags>(reproduce, world, {
    name: "depth",
    summary: "ResNet-20 on CIFAR-10: does it hold for deep networks with 3x3 kernels?",
    description:
      "The paper's networks are shallow, their kernels 8x8. Here ResNet-20, all of its 3x3 convolutions learned whole " +
      "(nokernel), or 2, 3 or 5 of the 9 weights of each kernel learned and the others predicted. CIFAR-10 is downloaded where " +
      "no --data is given. Runs of Figure 5 on the same images that are in the record are cited beside it.",
    title: "A deep network with small kernels: ResNet-20",
    figure: "depth",
    beside: ({ network, label }) => network?.model === "convnet" && ["nokernel", "SE"].includes(label),
    defaults: { proportions: "2/9,3/9,5/9", seeds: "1,2,3", epochs: "5" },
    options: networkFlags("nokernel,SE,DCT,RandFixU"),
    specs: ({ depth }, common, flags) => depth({ ...common, ...networkOptions(flags) }),
    examples: `
Examples:
  $ weightcast reproduce depth                                      CIFAR-10, downloaded once; 30 runs, hours
  $ weightcast reproduce depth --data ./cifar-10-batches-bin        its files in a folder
  $ weightcast reproduce depth --train 2000 --epochs 2 --seed 1     a first look
`,
  });
