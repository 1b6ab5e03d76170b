import type { Figure } from "../../figure";
import { commonOptions, methodsOption } from "../../options";
import { fig4Claims } from "./claims";
import { fig4Paper } from "./paper";
import { type Fig4Options, fig4, fig4Methods } from "./runs";

interface Values extends Omit<Fig4Options, "preset"> {
  readonly full?: boolean;
}

/** Figure 4, left: test error on MNIST by the share of the weights learned. */
export const fig4Figure: Figure = {
  name: "fig4",
  title: "Figure 4: MNIST with most weights predicted",
  summary: "Figure 4, MNIST: test error of a network that learns a small part of its weights",
  description:
    "Figure 4, left: the network 784-500-500-10 on MNIST, its hidden layers learned whole (nokernel) or predicted from " +
    "a fixed dictionary. Prints a table and writes a report. Runs that are in the record are not run again.",
  examples: [
    ["", "the quick preset"],
    ["--methods nokernel,SE-Emp --epochs 2", "two methods, shorter"],
    ["--proportion 0.05,0.1 --seed 1,2,3", "other proportions and seeds"],
    ["--full", "the whole figure, in as many sittings as you like"],
    ["--full --so-far", "the report of what is done so far"],
    ["--full --methods SE-Emp --seed 1", "one curve"],
    ["--json > fig4.json", "for other programs"],
  ],
  options: [
    {
      name: "quick",
      flag: "--quick",
      description: "four methods, one proportion, one seed: minutes (the default)",
      value: { kind: "flag", conflicts: "full" },
    },
    {
      name: "full",
      flag: "--full",
      description: "every method over the paper's 20 proportions, three seeds: many hours",
      value: { kind: "flag" },
    },
    methodsOption(fig4Methods, "the preset's"),
    ...commonOptions({
      proportions: "0.05; with --full the paper's 20",
      seeds: "1; with --full 1,2,3",
      epochs: "10",
      columns: "10",
    }),
  ],
  runs(values) {
    const { full, ...options } = values as Values;
    return fig4({ ...options, preset: full ? "full" : "quick" });
  },
  comparison: { headline: 0.05, paper: fig4Paper, claims: fig4Claims },
};
