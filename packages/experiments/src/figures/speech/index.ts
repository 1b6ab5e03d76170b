import type { Figure } from "../../figure";
import { epochsOption, runnerOptions } from "../../options";
import { type SpeechOptions, speech } from "./runs";

/** Figure 4, right: frames of TIMIT classified by a network of two predicted layers. */
export const speechFigure: Figure = {
  name: "speech",
  title: "Figure 4, right: speech with most weights predicted",
  summary: "Figure 4, TIMIT: phones of speech, with 1, 5 and 10 columns; needs the corpus",
  description:
    "Figure 4, right: the network 440-1024-1024-39 on TIMIT, its hidden layers learned whole (nokernel) or predicted from the covariance of " +
    "their inputs (Emp-Emp) with 1, 5 or 10 columns (of 1020 units if there are several). It tells the phone in the middle of 11 frames, one of 39; the paper's features and " +
    "classes are others, so its numbers are not compared. The corpus is licensed by the LDC (LDC93S1): name its folder.",
  examples: [
    ["--data ./TIMIT", "30 runs on all frames"],
    ["--data ./TIMIT --train 100000 --proportion 0.1 --seed 1", "a first look: 4 runs on some of the frames"],
    ["--data ./TIMIT --validation 100000", "measured on speakers kept out of training, to choose settings"],
  ],
  options: [
    {
      name: "data",
      flag: "--data <folder>",
      description: "folder of TIMIT, with TRAIN and TEST in it",
      value: { kind: "data" },
    },
    {
      name: "dataName",
      flag: "--data-name <name>",
      description: "name for results on this folder",
      default: "the folder's name",
      value: { kind: "text" },
    },
    {
      name: "proportions",
      flag: "--proportion <list>",
      description: "learned shares of the weights, each in (0, 1], between commas",
      default: "0.05,0.1,0.25",
      value: { kind: "shares" },
    },
    {
      name: "columns",
      flag: "--columns <list>",
      description: "columns of each layer, each a curve, between commas",
      default: "1,5,10",
      value: { kind: "integers" },
    },
    {
      name: "rate",
      flag: "--rate <x>",
      description: "learning rate at the start",
      default: "0.05",
      value: { kind: "number" },
    },
    {
      name: "validation",
      flag: "--validation <n>",
      description: "measure on at least so many frames, of training speakers kept out, in place of the core test set",
      default: "none",
      value: { kind: "integer", least: 1 },
    },
    { ...epochsOption("10"), description: "passes over the training frames" },
    {
      name: "train",
      flag: "--train <n>",
      description: "training frames, a seeded choice",
      default: "all",
      value: { kind: "integer", least: 1 },
    },
    ...runnerOptions("1,2,3"),
  ],
  runs: (values) => speech(values as SpeechOptions),
  comparison: { headline: 0.1 },
};
