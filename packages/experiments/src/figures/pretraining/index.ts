import type { Figure } from "../../figure";
import { commonOptions } from "../../options";
import { type PretrainingOptions, pretraining } from "./runs";

/** Greedy layer-wise pre-training, compared with none. */
export const pretrainingFigure: Figure = {
  name: "pretraining",
  title: "With and without layer-wise pre-training",
  summary: "greedy layer-wise pre-training, which the paper has, compared with none",
  description:
    "The second layer's dictionary is made from the activations of the first: of one pre-trained as an autoencoder, as " +
    "in the paper, and of one that was not trained at all. Then the whole network is trained, its dictionaries fixed; " +
    "once more from random weights, so that only the dictionary is of a pre-trained layer.",
  examples: [
    ["", "24 runs, a minute or two each"],
    ["--pretraining-epochs 5,50", "also as long as in the paper"],
    ["--train 10000 --epochs 5", "a first look"],
  ],
  options: [
    {
      name: "pretrainingEpochs",
      flag: "--pretraining-epochs <list>",
      description: "passes over the images for each layer, in its pre-training; several are compared",
      default: "5",
      value: { kind: "integers" },
    },
    ...commonOptions({ proportions: "0.0455", seeds: "1,2,3", epochs: "10", columns: "10" }),
  ],
  runs: (values) => pretraining(values as PretrainingOptions),
};
