import type { Figure } from "../../figure";
import { networkDataText } from "../../networks";
import { commonOptions, dataOptions, methodsOption } from "../../options";
import { largeKernelsClaims } from "./claims";
import { type LargeKernelsOptions, largeKernels, largeKernelsMethods } from "./runs";

/** ConvMixer: whether prediction works for deep networks with large kernels. */
export const largeKernelsFigure: Figure = {
  name: "large-kernels",
  title: "A deep network with large kernels: ConvMixer",
  summary: "ConvMixer on CIFAR-10: does it hold for deep networks with 7x7 kernels?",
  description:
    "Smooth filters need places: depth looks at kernels with nine, this at kernels with 49. ConvMixer-64/8, its 7x7 depthwise " +
    "kernels learned whole (nokernel), or 12 or 6 of the 49 weights of each learned and the others predicted. Its 1x1 " +
    "convolutions are always learned, so 69.7% or 64.8% of all numbers are. A dense network with fewer channels learns as many " +
    "(narrower). Without --data, CIFAR-10 is downloaded. The report cites runs of depth on the same images, if they are in the " +
    "record.",
  examples: [
    ["", "CIFAR-10, downloaded once; 33 runs, hours"],
    ["--data ./cifar-10-batches-bin", "its files in a folder"],
    ["--train 2000 --epochs 2 --seed 1", "a first look"],
  ],
  options: [
    ...dataOptions(networkDataText),
    methodsOption(largeKernelsMethods, "all but RandCon"),
    ...commonOptions({ proportions: "12/49,6/49", seeds: "1,2,3", epochs: "5" }),
  ],
  runs: (values) => largeKernels(values as LargeKernelsOptions),
  comparison: { headline: 12 / 49, claims: largeKernelsClaims },
  beside: ({ network, label }) => network.model === "resnet20" && ["nokernel", "DCT"].includes(label),
};
