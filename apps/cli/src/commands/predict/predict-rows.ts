import { resolve } from "node:path";
import type { Rows } from "@weightcast/datasets";
import type { TableModel } from "@weightcast/runs";
import { printable } from "@weightcast/types";
import { usageError } from "../../errors";
import { computedBy, openModel } from "../../input/open-model";
import { csv } from "../../terminal/csv";
import { percent } from "../../terminal/format";
import { type Column, table } from "../../terminal/table";
import type { World } from "../../world";
import type { PredictFlags } from "./flags";

/** What is asked for. */
interface Asked {
  /** Model file. */
  readonly model: string;
  /** Paths of tables. */
  readonly tables: readonly string[];
  /** The command line. */
  readonly command: string;
}

/** Prediction of a row: a number, or classes, the most probable first. */
interface RowPrediction {
  readonly table: string;
  /** Number of the row, from 1. */
  readonly row: number;
  readonly value?: number;
  readonly classes?: readonly { readonly class: string; readonly label: number; readonly probability: number }[];
}

/** `weightcast predict` of tables: a number, or a class, for each row. */
export async function predictRows({ model, tables, command }: Asked, flags: PredictFlags, world: World): Promise<void> {
  const { readTable } = await import("@weightcast/datasets/node");
  const opened = await openModel(model, flags, {}, world);
  if (opened.kind !== "table")
    throw usageError(
      `${model}: its network takes ${opened.kind === "images" ? "images; name images, IDX files, or folders of them" : "speech; weightcast evaluate measures it"}`,
    );
  try {
    const predictions: RowPrediction[] = [];
    for (const path of tables) {
      const rows = opened.rows(await readTable(resolve(world.folder, path)));
      predictions.push(...(await predicted(path, rows, opened, flags.top, world)));
    }
    print({ command, model, predictions }, opened, flags, world);
  } finally {
    await opened.release();
  }
}

async function predicted(
  path: string,
  rows: Rows,
  model: TableModel,
  top: number,
  { services }: World,
): Promise<RowPrediction[]> {
  const { ranking } = await services.runs();
  const outputs = await model.outputs(rows);
  const { classes } = model.layout.target;
  return Array.from({ length: rows.count }, (_, i) => ({
    table: path,
    row: i + 1,
    ...(classes
      ? {
          classes: ranking(outputs.subarray(i * classes.length, (i + 1) * classes.length), top).map(
            ({ label, probability }) => ({ class: classes[label]!, label, probability }),
          ),
        }
      : { value: outputs[i]! }),
  }));
}

interface Printed {
  readonly command: string;
  readonly model: string;
  readonly predictions: readonly RowPrediction[];
}

function print(
  { command, model, predictions }: Printed,
  opened: TableModel,
  flags: PredictFlags,
  { stdout, stderr }: Pick<World, "stdout" | "stderr">,
): void {
  const { target } = opened.layout;
  if (flags.json) {
    const document = { command, model, target: target.name, execution: opened.execution, rows: predictions };
    stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  const several = new Set(predictions.map(({ table }) => table)).size > 1;
  const columns = columnsFor(opened, flags.top, several);
  if (flags.csv) {
    stdout.write(
      csv([columns.map(({ heading }) => heading), ...predictions.map((one) => columns.map(({ of }) => of(one)))]),
    );
    return;
  }
  stdout.write(table(columns, predictions, stdout.columns));
  stderr.write(`Computed by ${computedBy(opened)}.\n`);
}

function columnsFor({ layout: { target } }: TableModel, top: number, several: boolean): Column<RowPrediction>[] {
  const file: Column<RowPrediction> = { heading: "table", align: "left", of: (one) => printable(one.table) };
  const where: Column<RowPrediction>[] = [...(several ? [file] : []), { heading: "row", of: ({ row }) => `${row}` }];
  if (!target.classes)
    return [
      ...where,
      { heading: printable(target.name), of: ({ value = Number.NaN }) => `${Number(value.toPrecision(6))}` },
    ];
  const shown = Math.min(top, target.classes.length);
  const ranked = Array.from({ length: shown }, (_, i): Column<RowPrediction>[] => [
    {
      heading: i === 0 ? printable(target.name) : `${i + 1}.`,
      align: "left",
      of: ({ classes }) => printable(classes![i]!.class),
    },
    { heading: "%", of: ({ classes }) => percent(classes![i]!.probability, 1) },
  ]);
  return [...where, ...ranked.flat()];
}
