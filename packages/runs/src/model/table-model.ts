import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { EngineReport } from "@weightcast/backend";
import {
  type LabeledRows,
  labeledRowsOf,
  type Rows,
  rowsOf,
  scaledRows,
  type Table,
  type TableLayout,
} from "@weightcast/datasets";
import { FileError, type LoadedModel, type ModelNotes } from "@weightcast/files";
import { classification, type Execution, type Metrics, type Task } from "@weightcast/training";
import { regressionIn } from "../build/regression-in";
import type { ClassifierOptions } from "./classifier";
import { openForward } from "./forward";
import { type Origin, runOf } from "./origin";

/** Network of a model file that predicts a column of tables from other columns. */
export interface TableModel {
  readonly kind: "table";
  readonly model: LayersModel;
  /** Columns that it takes, and the one that it predicts. */
  readonly layout: TableLayout;
  readonly origin?: Origin;
  readonly engine: EngineReport;
  readonly execution: Execution;
  /** Rows of a table as it takes them. @throws DatasetError if columns are absent or hold something else */
  rows(table: Table): Rows;
  /** Rows with what is to be predicted of each. @throws DatasetError as `rows` */
  labeled(table: Table): LabeledRows;
  /** Numbers that it predicts in the units of the target, [count]; or logits, [count, classes]. */
  outputs(rows: Rows): Promise<Float32Array>;
  /** Metrics of its outputs: `mae`, `rmse` and `r2`, or `error`. */
  measure(outputs: Float32Array, rows: LabeledRows): Metrics;
  release(): Promise<void>;
}

/** Rows in a call. */
const batch = 1000;

/** Whether a model file's notes say that its network takes the rows of a table. */
export const takesRows = ({ columns, target }: ModelNotes): boolean => columns !== undefined && target !== undefined;

/**
 * Network in a model file that was read, as a predictor of a table's column. If it is of no use, it is disposed.
 * @throws FileError `FILE_UNUSABLE` if its notes do not agree with its network
 */
export async function tableModelOf(
  path: string,
  { model, ...notes }: LoadedModel,
  engine: EngineReport,
  options: ClassifierOptions,
): Promise<TableModel> {
  try {
    const { columns = [], target = { name: "" }, classes, task } = notes;
    const isOfClasses = task === "classification";
    const layout: TableLayout = { columns, target: { name: target.name, ...(isOfClasses && classes && { classes }) } };
    const scaling = scalingOf(path, model, notes);
    const { scale = 1, offset = 0 } = target;
    const units: Task = isOfClasses ? classification() : regressionIn({ scale: 1, offset: 0 });
    const forward = await openForward(model, { ...options, batch: Math.min(batch, options.examples ?? batch) });
    const origin = runOf(notes.origin);
    const outputs = async (rows: Rows) => {
      const inputs = scaledRows(rows, scaling);
      const all = new Float32Array(rows.count * (layout.target.classes?.length ?? 1));
      let at = 0;
      for (let start = 0; start < rows.count; start += batch) {
        const end = Math.min(rows.count, start + batch);
        const found = await forward.run(inputs.subarray(start * rows.width, end * rows.width), end - start);
        all.set(found, at);
        at += found.length;
      }
      return isOfClasses ? all : all.map((value) => value * scale + offset);
    };
    return {
      kind: "table",
      ...{ model, layout, engine, outputs },
      execution: forward.execution,
      ...(origin && { origin }),
      rows: (table) => rowsOf(table, layout),
      labeled: (table) => labeledRowsOf(table, layout),
      measure(values, { targets, count }) {
        const measure = units.measure();
        measure.add([values], { inputs: [], targets: [targets] }, count);
        return measure.result();
      },
      async release() {
        await forward.release();
        model.dispose();
      },
    };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** Scale and offset of each input. */
function scalingOf(path: string, model: LayersModel, { inputs, columns = [], classes, task }: ModelNotes) {
  const refuse = (what: string) => new FileError("FILE_UNUSABLE", `${path}: ${what}`);
  const width = columns.reduce((sum, { words }) => sum + (words?.length ?? 1), 0);
  const [taken, given] = [model.inputs[0]?.shape, model.outputs[0]?.shape];
  if (model.inputs.length !== 1 || taken?.length !== 2 || taken[1] !== width)
    throw refuse(`its columns are ${width} inputs, and its network takes ${taken?.slice(1).join(" × ")}`);
  const wanted = task === "classification" ? (classes?.length ?? 0) : 1;
  if (model.outputs.length !== 1 || given?.length !== 2 || given[1] !== wanted)
    throw refuse(`its network gives ${given?.slice(1).join(" × ")} numbers in place of ${wanted}`);
  const { scale, offset } = inputs ?? {};
  if (!Array.isArray(scale) || !Array.isArray(offset) || scale.length !== width || offset.length !== width)
    throw refuse(`it must have a scale and an offset for each of its ${width} inputs`);
  return { scale, offset };
}
