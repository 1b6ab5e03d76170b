import type { Figure } from "../../figure";
import { type NetworkOptions, networkDataText, networkMethods } from "../../networks";
import { commonOptions, dataOptions, methodsOption } from "../../options";
import { depthClaims } from "./claims";
import { depth } from "./runs";

/** ResNet-20: whether prediction also works for deep networks with small kernels. */
export const depthFigure: Figure = {
  name: "depth",
  title: "A deep network with small kernels: ResNet-20",
  summary: "ResNet-20 on CIFAR-10: does it hold for deep networks with 3x3 kernels?",
  description:
    "The paper's networks are shallow, their kernels 8x8. Here ResNet-20, all of its 3x3 convolutions learned whole " +
    "(nokernel), or 2, 3 or 5 of the 9 weights of each kernel learned and the others predicted. Without --data, CIFAR-10 is " +
    "downloaded. The report cites runs of Figure 5 on the same images, if they are in the record.",
  examples: [
    ["", "CIFAR-10, downloaded once; 30 runs, hours"],
    ["--data ./cifar-10-batches-bin", "its files in a folder"],
    ["--train 2000 --epochs 2 --seed 1", "a first look"],
  ],
  options: [
    ...dataOptions(networkDataText),
    methodsOption(networkMethods, "nokernel,SE,DCT,RandFixU"),
    ...commonOptions({ proportions: "2/9,3/9,5/9", seeds: "1,2,3", epochs: "5" }),
  ],
  runs: (values) => depth(values as NetworkOptions),
  comparison: { headline: 1 / 3, claims: depthClaims },
  beside: ({ network, label }) => network.model === "convnet" && ["nokernel", "SE"].includes(label),
};
