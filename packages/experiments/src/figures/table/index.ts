import type { Figure } from "../../figure";
import { commonOptions } from "../../options";
import { type TableOptions, table, tableMethods } from "./runs";

/** Predicted weights on a table of one's own, against networks of equal learned weights. */
export const tableFigure: Figure = {
  name: "table",
  title: "Predicted weights on a table",
  summary: "a table of your own: predicted weights against a narrower network with as many",
  description:
    "A perceptron n-200-200 predicts a column of a CSV file from the others: learned whole (nokernel), with fewer units " +
    "(narrower), or with predicted weights. At each proportion all but the first learn equally many weights. Emp-Emp: a " +
    "covariance dictionary in both layers, the first one over the columns of the table.",
  examples: [
    ["--data houses.csv --target price", "33 runs, minutes for some thousand rows"],
    ["--data houses.csv --target price --ignore id --seed 1", "11 runs"],
    ["--data houses.csv --target price --validation 1000", "measured on training rows, to choose settings"],
  ],
  options: [
    {
      name: "data",
      flag: "--data <file>",
      description: "CSV file whose first line names the columns",
      value: { kind: "data" },
    },
    { name: "target", flag: "--target <column>", description: "column to predict", value: { kind: "text" } },
    {
      name: "ignore",
      flag: "--ignore <columns>",
      description: "columns to leave out, between commas",
      default: "none",
      value: { kind: "text" },
    },
    {
      name: "methods",
      flag: "--methods <names>",
      description: `some of ${tableMethods.join(", ")}`,
      default: "all",
      value: { kind: "names", what: "method", known: tableMethods },
    },
    {
      name: "rate",
      flag: "--rate <x>",
      description: "learning rate at the start",
      default: "0.002",
      value: { kind: "number" },
    },
    {
      name: "validation",
      flag: "--validation <n>",
      description: "measure on so many training rows kept out, in place of the test rows",
      default: "none",
      value: { kind: "integer", least: 1 },
    },
    ...commonOptions({ proportions: "0.25,0.1", seeds: "1,2,3", epochs: "30" }).filter(({ name }) => name !== "train"),
  ],
  runs: (values) => table(values as TableOptions),
  comparison: { headline: 0.25 },
};
