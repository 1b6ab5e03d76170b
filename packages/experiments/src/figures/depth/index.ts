import type { Figure } from "../../figure";
import { networkDataText } from "../../networks";
import { commonOptions, dataOptions, methodsOption } from "../../options";
import { depthClaims } from "./claims";
import { type DepthOptions, depth, depthMethods, usual } from "./runs";

/** ResNet-20: whether prediction also works for deep networks with small kernels. */
export const depthFigure: Figure = {
  name: "depth",
  title: "A deep network with small kernels: ResNet-20",
  summary: "ResNet-20 on CIFAR-10: does it hold for deep networks with 3x3 kernels?",
  description:
    "The paper's networks are shallow, their kernels 8x8. Here ResNet-20, all of its 3x3 convolutions learned whole " +
    "(nokernel), with fewer filters (narrower), or 3 or 6 of the 9 weights of each kernel learned and the others predicted. " +
    "At each proportion all but the first learn equally many weights. DCT-decay is DCT with the weight decay times the " +
    "learned share; in DCT-relu the frequencies are fixed filters, and a rectifier comes before their learned mixing. DCT-distill " +
    "and narrower-distill also learn the outputs of the dense network of the same seed, and PCA has the principal components of its " +
    "filters, PCA-channels those of their channels; it is trained first, unless it is in the record with its network. RandFixU-patch has random atoms over all channels. Without --data, CIFAR-10 is downloaded. " +
    "The report cites runs of Figure 5 on the same images, if they are in the record.",
  examples: [
    ["", "CIFAR-10, downloaded once; 33 runs, hours"],
    ["--data ./cifar-10-batches-bin", "its files in a folder"],
    ["--train 2000 --epochs 2 --seed 1", "a first look"],
    ["--methods nokernel,DCT,DCT-distill,PCA", "what the dense network can teach"],
  ],
  options: [
    ...dataOptions(networkDataText),
    methodsOption(depthMethods, usual.join(", ")),
    ...commonOptions({ proportions: "3/9,6/9", seeds: "1,2,3", epochs: "5" }),
  ],
  runs: (values) => depth(values as DepthOptions),
  comparison: { headline: 1 / 3, claims: depthClaims },
  beside: ({ network, label }) => network.model === "convnet" && ["nokernel", "SE"].includes(label),
};
