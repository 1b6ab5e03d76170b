import { statSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import type { CompressedFile, CompressFileOptions, Quality } from "@weightcast/runs";
import { errorValue, resolveRun } from "@weightcast/runs/spec";
import type { TrainingEvent } from "@weightcast/training";
import { fileStorage } from "@weightcast/training/node";
import { asUsage, hasCode, interruption, usageError } from "../../errors";
import { checkData, dataInput } from "../../input/data-input";
import { availableDictionaries } from "../../input/dictionaries";
import { asFileUsage } from "../../input/model-input";
import { checkFile } from "../../input/writable";
import { bytes, count, downloading, percent } from "../../terminal/format";
import { interruptible } from "../../terminal/interrupt";
import { type Counter, counter } from "../../terminal/progress/counter";
import { type Column, table } from "../../terminal/table";
import type { World } from "../../world";
import { compressForeign } from "./compress-foreign";
import type { CompressFlags } from "./flags";

/** `weightcast compress`: factorizes a trained network within a budget. */
export async function compressModel(
  { model, command }: { readonly model: string; readonly command: string },
  flags: CompressFlags,
  world: World,
): Promise<void> {
  const { openForeign } = await world.services.recognize();
  const opened = await asFileUsage(() => openForeign(resolve(world.folder, model)));
  if (opened.foreign && opened.foreign.format !== "tfjs-layers-model") {
    await compressForeign({ command, path: opened.path, file: opened.foreign }, flags, world);
    return;
  }
  const budget = budgetOf(flags);
  const out = flags.out ?? smallName(model, flags.compress, world.folder);
  const [from, to] = [resolve(world.folder, model), resolve(world.folder, out)];
  if (from === to) throw usageError(`--out ${out}: is the model file itself; choose another name`);
  await checkFile("--out", out, world.folder);
  if (flags.epochs === 0 && flags.rate !== undefined) throw usageError("--rate is for a training; add --epochs");
  if (!(flags.distill >= 0 && flags.distill <= 1))
    throw usageError(`--distill must be in [0, 1]; got ${flags.distill}`);
  await availableDictionaries(flags.use ?? [], world);
  const { compressFile } = await world.services.runs();
  const view = counter(world, "steps");
  const storage = fileStorage(`${to}.checkpoint`);
  try {
    const done = await interruptible(
      world,
      () => view.note("Stopping after this step; the same command continues."),
      (signal) =>
        asFileUsage(() =>
          asUsage(() =>
            compressFile(from, to, {
              ...optionsOf(flags, world),
              ...{ budget, storage, signal, curves: `${to}.curves.json` },
              ...watch(view),
            }),
          ),
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

function budgetOf({ learned, bytes: most, error }: CompressFlags): CompressFileOptions["budget"] {
  if (learned !== undefined) return { learned };
  if (most !== undefined) return { bytes: most };
  if (error !== undefined) return { error };
  throw usageError("give a budget: --learned 0.1, --bytes 100000 or --error 0.01");
}

/** Name of the compressed file: digits.compressed.safetensors.gz of digits.safetensors, or of a folder digits. */
function smallName(model: string, compress: boolean, folder: string): string {
  const path = resolve(folder, model);
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const named = !isFolder && basename(path) === "model.json" ? dirname(path) : path;
  const plain = isFolder ? basename(named) : basename(named).replace(/(\.safetensors)?(\.gz)?$|\.json$/, "");
  const beside = relative(folder, dirname(named));
  return join(beside, `${plain}.compressed.safetensors${compress ? ".gz" : ""}`);
}

function optionsOf(flags: CompressFlags, { folder }: World) {
  const { dictionary, columns, layers, samples, epochs, rate, distill, seed, data, size, scale, offset, compress } =
    flags;
  const { engine, execution, threads } = flags;
  const images =
    data === undefined
      ? undefined
      : resolveRun({ data: { ...dataInput(data), ...(size !== undefined && { size }) } }).data;
  if (images) checkData(images, folder);
  return {
    ...{ dictionaries: dictionary, columns, samples, epochs, distill, seed, compress, folder, engine, execution },
    ...(layers && { layers }),
    ...(rate !== undefined && { rate }),
    ...(images && { data: images }),
    ...(flags.validation !== undefined && { validation: flags.validation }),
    ...((scale ?? offset) !== undefined && { pixels: { scale: scale ?? 1 / 255, offset: offset ?? 0 } }),
    ...(threads !== undefined && { threads }),
  };
}

function watch(view: Counter): Pick<CompressFileOptions, "onDownload" | "onEvent" | "onProgress"> {
  return {
    onDownload: (progress) => view.note(downloading(progress)),
    onProgress({ stage, done, of, path }) {
      view.note(`${stage === "sensitivity" ? "Measuring" : "Fitting"} layer ${done + 1} of ${of}, ${path}`);
    },
    onEvent(event: TrainingEvent) {
      if (event.type === "step") view.done(event.step, event.steps);
      if (event.type === "resume") view.note(`Continuing from step ${count(event.step)}`);
      if (event.type === "epoch") view.note(`epoch ${event.epoch} of ${event.epochs}: loss ${event.loss.toFixed(4)}`);
    },
  };
}

function text(path: string, done: CompressedFile, width: number | undefined): string {
  const { bytes: size, numbers, layers, kept, quality } = done;
  const stay =
    kept.length === 0 ? "" : `Unchanged: ${kept.map((layer) => `${layer.path} (${layer.reason})`).join(", ")}.\n`;
  return (
    `${table(columns, layers, width)}\n${stay}\n` +
    `${table(qualities, rowsOf(quality), width)}\n` +
    `${path}: ${bytes(size.file)} (${count(size.file)} bytes); the original's weights take ${bytes(size.original)}. ` +
    `Of ${count(numbers.weights)} weights of these layers, ${count(numbers.learned)} are learned (${percent(numbers.learned / numbers.weights)}%), and the file holds ${count(numbers.stored)} numbers.\n`
  );
}

const columns: readonly Column<CompressedFile["layers"][number]>[] = [
  { heading: "layer", of: ({ path }) => path, align: "left" },
  { heading: "dictionary", of: ({ dictionary }) => dictionary, align: "left" },
  { heading: "atoms", of: ({ rank }) => count(rank) },
  { heading: "learned", of: ({ learned }) => count(learned) },
  { heading: "stored", of: ({ stored }) => count(stored) },
  { heading: "weights", of: ({ weights }) => count(weights) },
  { heading: "left over", of: ({ left }) => `${percent(left)}%` },
];

type QualityRow = Quality & { readonly of: string };
const rowsOf = ({ original, fitted, final }: CompressedFile["quality"]): readonly QualityRow[] => [
  { of: "original", ...original },
  { of: "fitted", ...fitted },
  { of: "file", ...final },
];

const qualities: readonly Column<QualityRow>[] = [
  { heading: "network", of: ({ of }) => of, align: "left" },
  { heading: "error", of: ({ metrics }) => errorOf(metrics) },
  {
    heading: "other classes",
    of: ({ disagreement }) => (disagreement === undefined ? "" : `${percent(disagreement)}%`),
  },
  { heading: "difference", of: ({ difference }) => `${percent(difference)}%` },
  { heading: "examples/s", of: ({ perSecond }) => count(Math.round(perSecond)) },
];

/** Error by its name: "2.12%", "RMSE 1.23"; empty without labels. */
function errorOf(metrics: Quality["metrics"]): string {
  if (!metrics) return "";
  if (metrics.rmse !== undefined) return `RMSE ${errorValue(metrics.rmse, "RMSE")}`;
  return metrics.error === undefined ? "" : errorValue(metrics.error, "error");
}
