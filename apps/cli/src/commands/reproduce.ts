import { type Command, Option } from "commander";
import { methodNames } from "../names";
import { namesOf } from "../parse";
import type { Experiments } from "../services";
import type { World } from "../world";
import { addDepth } from "./depth";
import { addFig1 } from "./fig1";
import { addFig5 } from "./fig5";
import { addFigure } from "./figure";

interface Fig4Flags {
  readonly full?: true;
  readonly methods?: Experiments["methods"][number][];
}

/** `weightcast reproduce`: figures of the paper, and comparisons that belong to them. */
export function addReproduce(parent: Command, world: World): void {
  const reproduce = parent
    .command("reproduce")
    .summary("do an experiment of the paper again")
    .description(
      "Does an experiment of the paper again (Denil et al. 2013, Predicting Parameters in Deep Learning), or one that asks " +
        "further. Each prints a table and writes a report; runs already in the record are not done again.",
    );
  addFigure<Fig4Flags>(reproduce, world, {
    name: "fig4",
    summary: "Figure 4, MNIST: test error of a network that learns a small part of its weights",
    description:
      "Figure 4, left: the network 784-500-500-10 on MNIST, its hidden layers learned whole (nokernel) or predicted from " +
      "a fixed dictionary. Prints a table and writes a report. Runs already in the record are not done again.",
    title: "Figure 4: MNIST with most weights predicted",
    figure: "fig4",
    defaults: {
      proportions: "0.05; with --full the paper's 20",
      seeds: "1; with --full 1,2,3",
      epochs: "10",
      columns: "10",
    },
    options: [
      new Option("--quick", "four methods, one proportion, one seed: minutes (the default)").conflicts("full"),
      new Option("--full", "every method over the paper's 20 proportions, three seeds: many hours"),
      new Option("--methods <names>", `some of ${methodNames.join(", ")} (default: the preset's)`).argParser(
        namesOf("method", methodNames),
      ),
    ],
    specs: ({ fig4 }, common, { full, methods }) =>
      fig4({ ...common, preset: full ? "full" : "quick", ...(methods !== undefined && { methods }) }),
    examples: `
Examples:
  $ weightcast reproduce fig4                                       the quick preset
  $ weightcast reproduce fig4 --methods nokernel,SE-Emp --epochs 2  two methods, shorter
  $ weightcast reproduce fig4 --proportion 0.05,0.1 --seed 1,2,3    other proportions and seeds
  $ weightcast reproduce fig4 --full                                the whole figure, in as many sittings as you like
  $ weightcast reproduce fig4 --full --so-far                       the report of what is done so far
  $ weightcast reproduce fig4 --full --methods SE-Emp --seed 1      one curve
  $ weightcast reproduce fig4 --json > fig4.json                    for other programs
`,
  });
  addFig1(reproduce, world);
  addFig5(reproduce, world);
  addDepth(reproduce, world);
  addFigure(reproduce, world, {
    name: "choices",
    summary: "SE-Emp with its coordinates chosen otherwise than at random",
    description:
      "The paper draws the coordinates that are learned uniformly at random. Beside it: by ridge leverage scores, by " +
      "farthest points, and by randomly pivoted Cholesky.",
    title: "Which coordinates to learn",
    defaults: { proportions: "0.0255,0.0455,0.0985", seeds: "1,2,3", epochs: "10", columns: "10" },
    options: [],
    specs: ({ choices }, common) => choices(common),
    examples: `
Examples:
  $ weightcast reproduce choices                                    36 runs, a quarter of a minute each
  $ weightcast reproduce choices --proportion 0.02 --seed 1         four runs
`,
  });
  addFigure(reproduce, world, {
    name: "pretraining",
    summary: "greedy layer-wise pre-training, which the paper has, beside none",
    description:
      "The second layer's dictionary is made from the activations of the first: of one pre-trained as an autoencoder, as " +
      "in the paper, and of one that was not trained at all. Then the whole network is trained, its dictionaries fixed.",
    title: "With and without layer-wise pre-training",
    defaults: { proportions: "0.0455", seeds: "1,2,3", epochs: "10", columns: "10" },
    options: [],
    specs: ({ pretraining }, common) => pretraining(common),
    examples: `
Examples:
  $ weightcast reproduce pretraining                                18 runs, a minute or two each
  $ weightcast reproduce pretraining --train 10000 --epochs 5       a first look
`,
  });
}
