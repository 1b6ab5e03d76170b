import { relative } from "node:path";
import type { QuantizedFile, QuantizedWeight, QuantizeFileOptions } from "@weightcast/runs";
import { resolveRun } from "@weightcast/runs/spec";
import type { Metrics } from "@weightcast/training";
import { usageError } from "../../errors";
import { checkData, dataInput } from "../../input/data-input";
import { availableDictionaries } from "../../input/dictionaries";
import { outputOf } from "../../input/output-name";
import { bytes, count } from "../../terminal/format";
import { errorText } from "../../terminal/metrics";
import { type Counter, counter } from "../../terminal/progress/counter";
import { watchTraining } from "../../terminal/progress/training";
import { type Column, table } from "../../terminal/table";
import type { World } from "../../world";
import { resumable } from "../resumable";
import type { QuantizeFlags } from "./flags";

/** `weightcast quantize`: makes a model file small. */
export async function quantizeModel(
  { model, command }: { readonly model: string; readonly command: string },
  flags: QuantizeFlags,
  world: World,
): Promise<void> {
  const { from, to } = await outputOf({ model, out: flags.out, kind: "small", compress: flags.compress }, world);
  if (flags.epochs === 0 && (flags.data ?? flags.rate) !== undefined)
    throw usageError(
      `--${flags.data === undefined ? "rate" : "data"} is for a training with rounded weights; add --epochs`,
    );
  await availableDictionaries(flags.use ?? [], world);
  const { quantizeFile } = await world.services.runs();
  const view = counter(world, "steps");
  const done = await resumable(world, to, view, (parts) =>
    quantizeFile(from, to, { ...optionsOf(flags, world), ...parts, ...watch(view) }),
  );
  const path = relative(world.folder, to) || to;
  world.stdout.write(
    flags.json
      ? `${JSON.stringify({ command, model: from, out: to, ...done }, null, 2)}\n`
      : text(path, done, world.stdout.columns),
  );
}

function optionsOf(flags: QuantizeFlags, { folder }: World): Omit<QuantizeFileOptions, "storage"> {
  const { type = "int8", bytes, layer = {}, vectors, scaledBy, compress, epochs, rate, data } = flags;
  const shared = { vectors, scaledBy };
  const { engine, execution, threads } = flags;
  const images = data === undefined ? undefined : resolveRun({ data: dataInput(data) }).data;
  if (images) checkData(images, folder);
  return {
    ...{ compress, epochs, folder, engine, execution },
    types: bytes === undefined ? { ...shared, type, layers: layer } : { ...shared, bytes },
    ...(rate !== undefined && { rate }),
    ...(threads !== undefined && { threads }),
    ...(images && { data: images }),
  };
}

const watch = (view: Counter) =>
  watchTraining(view, ({ evaluation }) => `, ${errorOf(evaluation!)} with rounded weights`);

function text(path: string, { bytes: size, weights, evaluation }: QuantizedFile, width: number | undefined): string {
  const error =
    evaluation === undefined
      ? `weightcast evaluate ${path} measures it.`
      : `The file has ${errorOf(evaluation)} on ${count(evaluation.count)} examples, loss ${evaluation.loss.toFixed(4)}.`;
  return `${table(columns, weights, width)}\n${path}: ${bytes(size)} (${count(size)} bytes). ${error}\n`;
}

/** Error of an evaluation: "error 2.12%", "RMSE 1.23". */
const errorOf = ({ error = Number.NaN, metrics }: { readonly error?: number; readonly metrics?: Metrics }): string =>
  metrics?.rmse === undefined ? `error ${errorText({ error })}` : errorText(metrics);

const columns: readonly Column<QuantizedWeight>[] = [
  { heading: "weight", of: ({ name }) => name, align: "left" },
  { heading: "type", of: ({ type }) => type, align: "left" },
  { heading: "numbers", of: ({ numbers }) => count(numbers) },
];
