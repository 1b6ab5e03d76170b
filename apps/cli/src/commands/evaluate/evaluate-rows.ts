import { relative, resolve } from "node:path";
import type { LabeledRows } from "@weightcast/datasets";
import { isTableFile } from "@weightcast/datasets/catalog";
import type { Confusion, TableModel } from "@weightcast/runs";
import { printable } from "@weightcast/types";
import { asUsage, usageError } from "../../errors";
import { checkData } from "../../input/data-input";
import { computedBy, shownModel } from "../../input/open-model";
import { count } from "../../terminal/format";
import { pairs } from "../../terminal/table";
import type { World } from "../../world";
import { evaluationText } from "./evaluation-text";
import type { EvaluateFlags } from "./flags";

/** Rows that a network is evaluated on. */
interface EvaluationRows {
  readonly name: string;
  readonly rows: LabeledRows;
  /** Part of the table; absent if all rows of a table are meant. */
  readonly part?: string;
}

/** `weightcast evaluate` of a network that predicts a column of tables. */
export async function evaluateRows(
  { model, command }: { readonly model: string; readonly command: string },
  opened: TableModel,
  flags: EvaluateFlags,
  world: World,
): Promise<void> {
  try {
    const data = await rowsFor(model, opened, flags, world);
    const outputs = await opened.outputs(data.rows);
    const path = resolve(world.folder, model);
    const shown = shownModel(relative(world.folder, path) || path, flags.adapter);
    const { classes } = opened.layout.target;
    const found = classes && (await confusionOf(outputs, data.rows, classes.length, world));
    const metrics = opened.measure(outputs, data.rows);
    if (flags.json) {
      const { engine, execution, origin, layout } = opened;
      const document = {
        ...{ command, model: path },
        ...(flags.adapter !== undefined && { adapter: flags.adapter }),
        ...(origin && { run: origin.id }),
        ...{ engine: engine.engine, execution, target: layout.target.name },
        data: { name: data.name, ...(data.part && { part: data.part }) },
        count: data.rows.count,
        ...metrics,
        ...(found && { classes, confusion: found.matrix }),
      };
      world.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    } else if (classes && found) {
      const about = { model: shown, part: data.part, data, found, examples: "rows" };
      world.stdout.write(evaluationText(about, { ...opened, classes }, world.stdout.columns));
    } else world.stdout.write(regressionText(shown, data, metrics, opened, world.stdout.columns));
  } finally {
    await opened.release();
  }
}

/** Rows of the table that a flag names, or a part of the table that the network was trained on. */
async function rowsFor(
  model: string,
  opened: TableModel,
  { data: named, part }: EvaluateFlags,
  world: World,
): Promise<EvaluationRows> {
  if (named !== undefined) {
    if (!isTableFile(named))
      throw usageError(`${model}: its network takes the rows of a table; name a CSV file by --data`);
    await asUsage(() => checkData({ name: named, table: named, samples: 1 }, world.folder));
    const { readTable } = await import("@weightcast/datasets/node");
    return { name: named, rows: opened.labeled(await readTable(resolve(world.folder, named))) };
  }
  const spec = opened.origin?.spec;
  if (spec?.data.table === undefined)
    throw usageError(`${model}: it does not say which table it was trained with; name one by --data`);
  await asUsage(() => checkData(spec.data, world.folder));
  const { loadTable } = await world.services.runs();
  const { columns, target } = opened.layout;
  const task = target.classes ? "classification" : "regression";
  const notes = { columns, target, task, ...(target.classes && { classes: target.classes }) };
  const parts = await loadTable(spec, world.folder, notes);
  return { name: parts.name, rows: parts[part], part };
}

async function confusionOf(
  outputs: Float32Array,
  rows: LabeledRows,
  classes: number,
  world: World,
): Promise<Confusion> {
  const { confusionCounter } = await world.services.runs();
  const counter = confusionCounter(classes);
  counter.add(outputs, rows.targets);
  return counter.result();
}

function regressionText(
  model: string,
  { name, rows, part }: EvaluationRows,
  { rmse = Number.NaN, mae = Number.NaN, r2 = Number.NaN }: ReturnType<TableModel["measure"]>,
  opened: TableModel,
  width?: number,
): string {
  const digits = (value: number) => `${Number(value.toPrecision(4))}`;
  return pairs(
    [
      ["Model", printable(model)],
      ["Rows", `${printable(name)}, ${count(rows.count)}${part === undefined ? "" : ` of part ${part}`}`],
      ["Target", printable(opened.layout.target.name)],
      ["RMSE", digits(rmse)],
      ["MAE", digits(mae)],
      ["R²", r2.toFixed(4)],
      ["Computed by", computedBy(opened)],
    ],
    width,
  );
}
