import type { RunSpec } from "@weightcast/runs/spec";
import type { Figure } from "../../figure";
import { epochsOption, runnerOptions, trainOption } from "../../options";
import { deepCompressionClaims } from "./claims";
import { published, source } from "./published";
import { type DeepCompressionOptions, deepCompression } from "./runs";
import { curves, networks } from "./settings";

interface Values extends Omit<DeepCompressionOptions, "preset"> {
  readonly full?: boolean;
}

/** Test error by bytes on disk, next to Deep Compression, and to dense networks made as small. */
export const deepCompressionFigure: Figure = {
  name: "deep-compression",
  title: "Bytes on disk against error",
  summary: "bytes on disk against test error on MNIST: predicted, quantized and narrower networks",
  description:
    "LeNet-300-100 and LeNet-5 on MNIST, each as a complete model file: trained on shifted images, rounded to few bits, trained " +
    "further with rounded weights, compressed, read back and evaluated. Networks whose weights are predicted (DCT, SE, wavelet, random) " +
    "beside dense ones made as small: by fewer bits (dense), and by fewer units (narrower). Behind them: Deep Compression " +
    "(Han, Mao & Dally 2016).",
  examples: [
    ["", "the quick preset: minutes"],
    ["--full", "every setting, three seeds: hours"],
    ["--full --networks LeNet-300-100 --curves dense,DCT --seed 1", "two curves"],
    ["--full --validation --seed 1", "on 10,000 training images kept out of training: to choose settings"],
    ["--full --so-far", "the report of what is done so far"],
  ],
  options: [
    {
      name: "quick",
      flag: "--quick",
      description: "a point or two of some curves, one seed: minutes (the default)",
      value: { kind: "flag", conflicts: "full" },
    },
    {
      name: "full",
      flag: "--full",
      description: "every setting, three seeds: hours",
      value: { kind: "flag" },
    },
    {
      name: "validation",
      flag: "--validation",
      description: "measure on 10,000 training images kept out of training, not on the test images: to choose settings",
      value: { kind: "flag" },
    },
    {
      name: "networks",
      flag: "--networks <names>",
      description: `some of ${Object.keys(networks).join(", ")}`,
      default: "both",
      value: { kind: "names", what: "network", known: Object.keys(networks) },
    },
    {
      name: "curves",
      flag: "--curves <names>",
      description: `some of ${curves.join(", ")}`,
      default: "all",
      value: { kind: "names", what: "curve", known: curves },
    },
    epochsOption("20, of LeNet-5 12; half as many follow with rounded weights"),
    trainOption,
    ...runnerOptions("1; with --full 1,2,3"),
  ],
  runs(values) {
    const { full, ...options } = values as Values;
    return deepCompression({ ...options, preset: full ? "full" : "quick" });
  },
  comparison: {
    bytes: {
      placeOf,
      everywhere: [{ network: "LeNet-5", curve: "narrower" }],
      headline: { "LeNet-300-100": 20_000, "LeNet-5": 44_000 },
      published,
      source,
      claims: deepCompressionClaims,
    },
  },
};

/** Network and curve of a run: its label begins with the curve. */
function placeOf({ label, network: { model } }: RunSpec): { readonly network: string; readonly curve: string } {
  const [network] = Object.entries(networks).find(([, one]) => one.model === model)!;
  return { network, curve: label.split(" ")[0]! };
}
