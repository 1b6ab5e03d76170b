import { relative, resolve } from "node:path";
import type { QuantizedFile, QuantizedWeight, QuantizeFileOptions } from "@weightcast/runs";
import { errorValue, resolveRun } from "@weightcast/runs/spec";
import type { Metrics, TrainingEvent } from "@weightcast/training";
import { fileStorage } from "@weightcast/training/node";
import { asUsage, hasCode, interruption, usageError } from "../../errors";
import { checkData, dataInput } from "../../input/data-input";
import { availableDictionaries } from "../../input/dictionaries";
import { asFileUsage } from "../../input/model-input";
import { checkFile } from "../../input/writable";
import { bytes, count, downloading } from "../../terminal/format";
import { interruptible } from "../../terminal/interrupt";
import { type Counter, counter } from "../../terminal/progress/counter";
import { type Column, table } from "../../terminal/table";
import type { World } from "../../world";
import type { QuantizeFlags } from "./flags";

/** `weightcast quantize`: makes a model file small. */
export async function quantizeModel(
  { model, command }: { readonly model: string; readonly command: string },
  flags: QuantizeFlags,
  world: World,
): Promise<void> {
  const out = flags.out ?? smallName(model, flags.compress);
  const [from, to] = [resolve(world.folder, model), resolve(world.folder, out)];
  if (from === to) throw usageError(`--out ${out}: is the model file itself; choose another name`);
  await checkFile("--out", out, world.folder);
  if (flags.epochs === 0 && (flags.data ?? flags.rate) !== undefined)
    throw usageError(
      `--${flags.data === undefined ? "rate" : "data"} is for a training with rounded weights; add --epochs`,
    );
  await availableDictionaries(flags.use ?? [], world);
  const { quantizeFile } = await world.services.runs();
  const view = counter(world, "steps");
  const storage = fileStorage(`${to}.checkpoint`);
  try {
    const done = await interruptible(
      world,
      () => view.note("Stopping after this step; the same command continues."),
      (signal) =>
        asFileUsage(() =>
          asUsage(() => quantizeFile(from, to, { ...optionsOf(flags, world), storage, signal, ...watch(view) })),
        ),
    ).catch((error: unknown) => {
      throw hasCode(error, "INTERRUPTED") ? interruption("interrupted; the same command continues") : error;
    });
    await storage.remove();
    view.stop();
    const path = relative(world.folder, to) || to;
    world.stdout.write(
      flags.json
        ? `${JSON.stringify({ command, model: from, out: to, ...done }, null, 2)}\n`
        : text(path, done, world.stdout.columns),
    );
  } finally {
    view.stop();
  }
}

/** Name of the small file: digits.small.safetensors.gz of digits.safetensors. */
const smallName = (model: string, compress: boolean): string =>
  `${model.replace(/(\.safetensors)?(\.gz)?$/, "")}.small.safetensors${compress ? ".gz" : ""}`;

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

function watch(view: Counter): Pick<QuantizeFileOptions, "onDownload" | "onEvent"> {
  return {
    onDownload: (progress) => view.note(downloading(progress)),
    onEvent(event: TrainingEvent) {
      if (event.type === "step") view.done(event.step, event.steps);
      if (event.type === "resume") view.note(`Continuing from step ${count(event.step)}`);
      if (event.type === "epoch")
        view.note(
          `epoch ${event.epoch} of ${event.epochs}: loss ${event.loss.toFixed(4)}, ${errorOf(event.evaluation!)} with rounded weights`,
        );
    },
  };
}

function text(path: string, { bytes: size, weights, evaluation }: QuantizedFile, width: number | undefined): string {
  const error =
    evaluation === undefined
      ? `weightcast evaluate ${path} measures it.`
      : `The file has ${errorOf(evaluation)} on ${count(evaluation.count)} examples, loss ${evaluation.loss.toFixed(4)}.`;
  return `${table(columns, weights, width)}\n${path}: ${bytes(size)} (${count(size)} bytes). ${error}\n`;
}

/** Error of an evaluation by its name: "error 2.12%", "RMSE 1.23". */
function errorOf({ error = Number.NaN, metrics }: { readonly error?: number; readonly metrics?: Metrics }): string {
  return metrics?.rmse === undefined
    ? `error ${errorValue(error, "error")}`
    : `RMSE ${errorValue(metrics.rmse, "RMSE")}`;
}

const columns: readonly Column<QuantizedWeight>[] = [
  { heading: "weight", of: ({ name }) => name, align: "left" },
  { heading: "type", of: ({ type }) => type, align: "left" },
  { heading: "numbers", of: ({ numbers }) => count(numbers) },
];
