import type { Classifier } from "@weightcast/runs";
import { printable } from "@weightcast/types";
import { computedBy } from "../../input/open-model";
import { csv } from "../../terminal/csv";
import { counted, percent } from "../../terminal/format";
import { type Column, table } from "../../terminal/table";
import type { World } from "../../world";
import type { PredictFlags } from "./flags";
import type { Prediction, Unread } from "./prediction";

/** Everything that is printed. */
interface Printed {
  readonly command: string;
  readonly model: string;
  readonly predictions: readonly Prediction[];
  readonly unread: readonly Unread[];
}

/** Prints predictions on stdout: as a table, as comma-separated values, or as JSON; and what was done to images on stderr. */
export function printPredictions(
  { command, model, predictions, unread }: Printed,
  classifier: Classifier,
  { top, csv: asCsv, json }: PredictFlags,
  { stdout, stderr }: Pick<World, "stdout" | "stderr">,
): void {
  if (json) {
    const { shape, execution } = classifier;
    const document = { command, model, shape, execution, images: predictions, errors: unread };
    stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  const shown = Math.min(top, classifier.classes.length);
  if (asCsv) stdout.write(csvOf(predictions, shown));
  else if (predictions.length > 0) {
    stdout.write(table(columnsFor(shown), predictions, stdout.columns));
    stderr.write(`Computed by ${computedBy(classifier)}.\n`);
  }
  const resized = predictions.filter((one) => one.resized);
  if (resized.length > 0) stderr.write(`${resizedText(resized, predictions.length, classifier)}\n`);
}

const columnsFor = (top: number): Column<Prediction>[] => [
  { heading: "image", align: "left", of: ({ image }) => printable(image) },
  ...Array.from({ length: top }, (_, i): Column<Prediction>[] => [
    { heading: i === 0 ? "class" : `${i + 1}.`, align: "left", of: ({ classes }) => printable(classes[i]!.class) },
    { heading: "%", of: ({ classes }) => percent(classes[i]!.probability, 1) },
  ]).flat(),
];

/** Predictions as comma-separated values. */
function csvOf(predictions: readonly Prediction[], top: number): string {
  const names = Array.from({ length: top }, (_, i) =>
    top === 1 ? ["class", "probability"] : [`class_${i + 1}`, `probability_${i + 1}`],
  ).flat();
  const lines = predictions.map(({ image, classes }) => [
    image,
    ...classes.flatMap(({ class: name, probability }) => [name, String(Number(probability.toPrecision(6)))]),
  ]);
  return csv([["image", ...names], ...lines]);
}

function resizedText(resized: readonly Prediction[], all: number, { shape }: Classifier): string {
  const [first] = resized;
  const [height, width] = first!.resized!;
  const which = resized.length === 1 ? printable(first!.image) : `${counted(resized.length, "image")} of ${all}`;
  const example =
    resized.length === 1 ? `${height} × ${width}` : `such as ${printable(first!.image)} of ${height} × ${width}`;
  return `Resized to ${shape.slice(0, 2).join(" × ")} pixels, without keeping their proportions: ${which}, ${example}.`;
}
