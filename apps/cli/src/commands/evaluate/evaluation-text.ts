import type { Classifier, Confusion } from "@weightcast/runs";
import { printable } from "@weightcast/types";
import { computedBy } from "../../input/open-model";
import { count, percent } from "../../terminal/format";
import { type Column, pairs, table } from "../../terminal/table";
import type { EvaluationData } from "./evaluation-data";

/** Classes up to which the whole matrix is printed, and number of confusions that are listed of more. */
const most = { classes: 20, confusions: 15 };

/** What was evaluated. */
interface Evaluated {
  /** Path of the model file. */
  readonly model: string;
  /** Part of the data; absent if all of it is meant. */
  readonly part?: string | undefined;
  readonly data: Pick<EvaluationData, "name">;
  readonly found: Confusion;
  /** What the examples are. @default "images" */
  readonly examples?: string;
}

/** Examples of each class, and how many of them are misclassified. */
export const byClass = ({ matrix, undecided }: Confusion, classes: readonly string[]) =>
  classes.map((name, label) => {
    const examples = sum(matrix[label]!) + undecided[label]!;
    return { name, count: examples, wrong: examples - matrix[label]![label]! };
  });

/** Evaluation as text. @param width of the terminal */
export function evaluationText(
  { model, part, data, found, examples = "images" }: Evaluated,
  classifier: Pick<Classifier, "classes" | "engine" | "execution">,
  width?: number,
): string {
  const { wrong, error, loss, matrix, undecided } = found;
  const names = classifier.classes.map((name) => printable(name));
  const rows = names.map((name, label) => ({ name, label, images: sum(matrix[label]!) + undecided[label]! }));
  const shown = rows.filter(({ images }) => images > 0);
  const nothing = sum(undecided);
  return `${pairs(
    [
      ["Model", printable(model)],
      [
        `${examples[0]!.toUpperCase()}${examples.slice(1)}`,
        `${printable(data.name)}, ${count(found.count)}${part === undefined ? "" : ` of part ${part}`}`,
      ],
      ["Error", `${percent(error)}%, ${count(wrong)} of ${count(found.count)} ${examples}`],
      ["Loss", loss.toFixed(4)],
      ...(nothing > 0 ? [["No number", `${count(nothing)} ${examples}, which count as wrong`] as const] : []),
      ["Computed by", computedBy(classifier)],
    ],
    width,
  )}
${table<(typeof shown)[number]>(
  [
    { heading: "class", align: "left", of: ({ name }) => name },
    { heading: examples, of: ({ images }) => count(images) },
    { heading: "wrong", of: ({ label, images }) => count(images - matrix[label]![label]!) },
    { heading: "error %", of: ({ label, images }) => percent((images - matrix[label]![label]!) / images) },
  ],
  shown,
  width,
)}
${names.length <= most.classes ? matrixText(matrix, names, width) : confusionsText(matrix, names, examples, width)}`;
}

/** The whole matrix: a row for each true class, a column for each class that the network chose. */
function matrixText(matrix: Confusion["matrix"], names: readonly string[], width?: number): string {
  const columns: Column<number>[] = [
    { heading: "", align: "left", of: (label) => names[label]! },
    ...names.map((heading, chosen): Column<number> => ({ heading, of: (label) => cell(matrix[label]![chosen]!) })),
  ];
  return `Rows are the true classes, columns those that the network chose:\n\n${table(columns, [...names.keys()], width)}`;
}

const cell = (images: number): string => (images === 0 ? "·" : count(images));

/** The most frequent confusions. */
function confusionsText(
  matrix: Confusion["matrix"],
  names: readonly string[],
  examples: string,
  width?: number,
): string {
  const confusions = matrix
    .flatMap((row, label) => row.map((images, chosen) => ({ label, chosen, images })))
    .filter(({ label, chosen, images }) => label !== chosen && images > 0)
    .sort((a, b) => b.images - a.images)
    .slice(0, most.confusions);
  if (confusions.length === 0) return "";
  return `The most frequent confusions; --json has all:\n\n${table<(typeof confusions)[number]>(
    [
      { heading: "class", align: "left", of: ({ label }) => names[label]! },
      { heading: "taken for", align: "left", of: ({ chosen }) => names[chosen]! },
      { heading: examples, of: ({ images }) => count(images) },
    ],
    confusions,
    width,
  )}`;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
