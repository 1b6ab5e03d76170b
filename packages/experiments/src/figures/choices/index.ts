import type { Figure } from "../../figure";
import { commonOptions } from "../../options";
import { type ChoicesOptions, choices } from "./runs";

/** Ways to choose the coordinates that are learned. */
export const choicesFigure: Figure = {
  name: "choices",
  title: "Which coordinates to learn",
  summary: "SE-Emp with its coordinates chosen in other ways than at random",
  description:
    "The paper draws the coordinates that are learned uniformly at random. Compared with it: by ridge leverage scores, by " +
    "farthest points, and by randomly pivoted Cholesky.",
  examples: [
    ["", "36 runs, a quarter of a minute each"],
    ["--proportion 0.02 --seed 1", "four runs"],
  ],
  options: commonOptions({ proportions: "0.0255,0.0455,0.0985", seeds: "1,2,3", epochs: "10", columns: "10" }),
  runs: (values) => choices(values as ChoicesOptions),
};
