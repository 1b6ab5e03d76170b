import type { Figure } from "../../figure";
import { commonOptions } from "../../options";
import { type SecondLayerOptions, secondLayer } from "./runs";

/** Second layers whose dictionary takes less of the model's file. */
export const secondLayerFigure: Figure = {
  name: "second-layer",
  title: "What the second layer stores",
  summary: "SE-Emp with second layers that store less: fewer columns, and a covariance without data",
  description:
    "The covariance of SE-Emp's second layer is made from data, so its U is most of the model's file. Compared with it: two " +
    "columns instead of ten in that layer, and a covariance that follows from the first layer's first weights, of which " +
    "nothing is stored.",
  examples: [
    ["", "12 runs, a quarter of a minute each"],
    ["--proportion 0.1 --seed 1", "four runs"],
  ],
  options: commonOptions({ proportions: "0.05", seeds: "1,2,3", epochs: "10", columns: "10" }),
  runs: (values) => secondLayer(values as SecondLayerOptions),
};
