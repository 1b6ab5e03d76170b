import { gaussian } from "@weightcast/dictionary-random";
import { mlp } from "@weightcast/models";

/** Factorized hidden layers: 5% of their weights are learned. */
const factorized =
  (columns) =>
  ({ input }) => ({
    kind: "factorized",
    rank: { proportion: 0.05 },
    columns,
    dictionary: gaussian(input, { seed: 1 }),
  });

const network = (weights) => () => mlp({ input: [784], hidden: [500, 500], classes: 10, weights, seed: 1 });

const dense = network({});
const predicted = network(factorized(10));

/** The paper's MNIST network (Denil et al. 2013, §4.1): 784–500–500–10, sigmoid, softmax cross-entropy, momentum. */
export const workload = {
  name: "mlp",
  sample: [784],
  classes: 10,
  batch: 128,
  rate: 0.05,
  momentum: 0.9,
  variants: [
    { name: "dense", title: "dense", model: dense },
    { name: "factorized", title: "factorized, 5% learned in 10 columns", model: predicted },
    { name: "two-columns", title: "factorized, 5% learned in 2 columns", model: network(factorized(2)) },
    {
      name: "prepared",
      title: "factorized, xU of layer 1 computed once, before training",
      model: predicted,
      prepared: true,
    },
  ],
};
