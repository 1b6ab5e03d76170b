import { resolve } from "node:path";
import {
  type LabeledRows,
  labeledRowsOf,
  layoutOf,
  type Scaling,
  scaledRows,
  splitRows,
  standardizeRows,
  type TableLayout,
} from "@weightcast/datasets";
import { readTable } from "@weightcast/datasets/node";
import type { ModelNotes } from "@weightcast/files";
import { stream } from "@weightcast/random";
import { arrays, classification } from "@weightcast/training";
import type { Matrix } from "@weightcast/types";
import type { RunSpec } from "../spec";
import { regressionIn } from "./regression-in";
import type { RunData } from "./run-data";

/** Rows of a run's table, in its parts. */
export interface TableParts {
  readonly name: string;
  readonly layout: TableLayout;
  readonly train: LabeledRows;
  readonly test: LabeledRows;
}

/** Part of a table's rows that are kept out of training as test rows, if a run does not say how many. */
const testShare = 0.2;

/** Rows of a batch of the evaluation. */
const testBatch = 1000;

/**
 * Rows of a run's table, divided into training and test rows, or validation rows in their place. Which rows are kept out depends on
 * nothing but their number, so that runs are compared on the same ones.
 * @param notes of a model file whose columns the table is to be read as @default the table's own
 * @throws DatasetError if the table can't be read, or its columns are not what they must be
 * @throws RangeError if it has fewer rows than asked for
 */
export async function loadTable(
  { data, seed }: Pick<RunSpec, "data" | "seed">,
  folder: string,
  notes: ModelNotes = {},
): Promise<TableParts> {
  const { table: file = "", target = "", ignore, task, name, train, test, validation } = data;
  const table = await readTable(resolve(folder, file));
  const { columns, target: noted, classes } = notes;
  const layout =
    columns && noted
      ? { columns, target: { name: noted.name, ...(notes.task === "classification" && classes && { classes }) } }
      : layoutOf(table, { target, ...(ignore && { ignore }), ...(task && { task }) });
  const rows = labeledRowsOf(table, layout);
  const few = (field: string, most: number, got: number) =>
    new RangeError(`data: ${field} must be at most ${most}: ${name} has ${rows.count} rows; got ${got}`);
  const out = test ?? Math.max(1, Math.round(testShare * rows.count));
  if (out >= rows.count) throw few("test", rows.count - 1, out);
  const parts = splitRows(rows, out, "test", 0);
  let [kept, held] = [parts.rest, parts.held];
  if (validation !== undefined) {
    if (validation >= kept.count) throw few("validation", kept.count - 1, validation);
    ({ rest: kept, held } = splitRows(kept, validation, "held", 0));
  }
  if (train !== undefined && train !== kept.count) {
    if (train > kept.count) throw few("train", kept.count, train);
    kept = splitRows(kept, train, "subset", seed).held;
  }
  return { name, layout, train: kept, test: held };
}

/**
 * Rows of a table as the data of a run: inputs, and numbers to predict, scaled to mean 0 and deviation 1 over the training rows.
 * @param notes of a model file whose scales are used instead
 */
export function tableData(spec: RunSpec, { name, layout, train, test }: TableParts, notes: ModelNotes = {}): RunData {
  const { width } = train;
  const inputs: Scaling = scalingIn(notes.inputs) ?? standardizeRows(train);
  const { classes } = layout.target;
  const output = classes ? undefined : outputScale(train.targets, notes);
  const trained = scaledRows(train, inputs);
  const wanted = ({ targets }: LabeledRows) =>
    output ? Float32Array.from(targets, (value) => (value - output.offset) / output.scale) : targets;
  const source = (rows: LabeledRows, values: Float32Array, batchSize: number, shuffle: boolean) =>
    arrays({ values, shape: [width] }, wanted(rows), {
      ...{ batchSize, shuffle, seed: spec.seed },
      ...(classes && { classes: classes.length }),
    });
  return {
    name,
    shape: [width],
    classes: classes?.length ?? 1,
    train: train.count,
    task: output ? regressionIn(output) : classification(),
    notes: {
      inputs: { ...inputs, shape: [width] },
      columns: layout.columns,
      target: { name: layout.target.name, ...output },
      ...(classes && { classes }),
      task: classes ? "classification" : "regression",
    },
    ...(classes && { testLabels: test.targets }),
    samples: (count) => some(train, trained, count, spec.seed),
    sources: () => ({
      examples: source(train, trained, spec.training.batchSize, true),
      tests: source(test, scaledRows(test, inputs), testBatch, false),
    }),
  };
}

/** Scaling in the notes of a model file, if it has one for each input. */
const scalingIn = (inputs: ModelNotes["inputs"]): Scaling | undefined =>
  inputs && typeof inputs.scale === "object" && typeof inputs.offset === "object"
    ? { scale: inputs.scale, offset: inputs.offset }
    : undefined;

/** Scale and offset by which an output becomes a number in the target's units: output · scale + offset. */
function outputScale(targets: LabeledRows["targets"], { target }: ModelNotes) {
  if (target?.scale !== undefined && target.offset !== undefined) return { scale: target.scale, offset: target.offset };
  const values = Float32Array.from(targets);
  const { scale, offset } = standardizeRows({ values, width: 1, count: values.length });
  return { scale: 1 / scale[0]!, offset: -offset[0]! / scale[0]! };
}

/** Uniform choice of rows, in a matrix. */
function* some({ count: all, width }: LabeledRows, values: Float32Array, most: number, seed: number): Iterable<Matrix> {
  const rows = Math.min(most, all);
  if (rows === all) return yield { rows, cols: width, data: values };
  const chosen = stream(seed, "subset").permutation(all).slice(0, rows).sort();
  const data = new Float32Array(rows * width);
  for (const [i, row] of chosen.entries()) data.set(values.subarray(row * width, (row + 1) * width), i * width);
  yield { rows, cols: width, data };
}
